// Changes of workloads, as the requests that ctl sends for the same. Pure.
import { RESTARTED_AT, type Revision } from '@gantry/api/workload-revisions';
import type { RequestOptions } from '../../request/request.ts';

/** A change: what is sent to the object's path, with what is added to it. */
export interface WorkloadChange extends Required<Pick<RequestOptions, 'method' | 'body' | 'contentType'>> {
  /** Added to the path of the object. */
  suffix: string;
}

/** Who has made a change, for those who look it up later. */
const MANAGER = '?fieldManager=gantry-dashboard';
const MERGE = { method: 'PATCH', contentType: 'application/merge-patch+json', suffix: MANAGER } as const;
const JSON_PATCH = { method: 'PATCH', contentType: 'application/json-patch+json' } as const;

/** Most pods that the dialog takes; what the server holds is up to it. */
export const REPLICAS_MAX = 10_000;

/** Sets the number of pods. */
export function scaling(replicas: number): WorkloadChange {
  const body = [{ op: 'add', path: '/spec/replicas', value: replicas }];
  return { ...JSON_PATCH, suffix: `/scale${MANAGER}`, body };
}

/** Replaces all pods, at the pace of the strategy. */
export function restarting(nowMs: number): WorkloadChange {
  const annotations = { [RESTARTED_AT]: new Date(nowMs).toISOString() };
  return { ...MERGE, body: { spec: { template: { metadata: { annotations } } } } };
}

/** Holds changes of the template, or lets them go on. */
export function pausing(paused: boolean): WorkloadChange {
  return { ...MERGE, body: { spec: { paused: paused ? true : null } } };
}

/** Goes back to a revision. */
export function undoing({ template }: Revision): WorkloadChange {
  const body = [{ op: 'replace', path: '/spec/template', value: template }];
  return { ...JSON_PATCH, suffix: MANAGER, body };
}
