// The revisions behind one Service: their endpoints, and what each takes of the traffic. Pure.
import type { Endpoint } from '@gantry/api/kinds/endpoint-slice';
import type { Pod } from '@gantry/api/kinds/pod';

import { HASH_LABEL } from '@gantry/api/rollout/marks';
import { TEMPLATE_HASH } from '@gantry/api/workload-revisions';
import type { RevisionFlow } from '../../live/traffic.ts';
import { isReady } from './service-rows.ts';

/** One revision. */
export interface RevisionRow {
  /** '' for pods that nothing made. */
  hash: string;
  ready: number;
  endpoints: number;
  flow: RevisionFlow | undefined;
  /** Of the Service's requests, 0 to 100; undefined while there are none. */
  sharePercent: number | undefined;
}

/** The revision of each pod by its name. */
export function hashesOf(pods: readonly Pod[]): ReadonlyMap<string, string> {
  return new Map(
    pods.map(({ metadata: { name = '', labels = {} } }) => [
      name,
      labels[HASH_LABEL] ?? labels[TEMPLATE_HASH] ?? '',
    ]),
  );
}

/** Those with traffic or endpoints, the ones with the most traffic first. */
export function revisionRows(
  endpoints: readonly Endpoint[],
  hashes: ReadonlyMap<string, string>,
  flows: readonly RevisionFlow[],
): RevisionRow[] {
  const whole = flows.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  const hashOf = ({ targetRef }: Endpoint): string => hashes.get(targetRef?.name ?? '') ?? '';
  const all = new Set([...endpoints.map(hashOf), ...flows.map(({ hash }) => hash)]);
  return [...all]
    .map((hash) => {
      const own = endpoints.filter((endpoint) => hashOf(endpoint) === hash);
      const flow = flows.find((one) => one.hash === hash);
      const share = (100 * (flow?.requestsPerSecond ?? 0)) / whole;
      return {
        ...{ hash, flow, ready: own.filter(isReady).length, endpoints: own.length },
        sharePercent: whole > 0 ? share : undefined,
      };
    })
    .sort((a, b) => (b.sharePercent ?? 0) - (a.sharePercent ?? 0) || (a.hash < b.hash ? -1 : 1));
}

/** A name for people. */
export function revisionName(hash: string): string {
  return hash === '' ? 'no revision' : hash;
}
