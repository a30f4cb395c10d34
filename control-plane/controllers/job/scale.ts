// Which pods a running Job should gain or lose. Pure.
import type { Job } from '@gantry/api/kinds/job';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { Ids } from '@gantry/kit/random';
import type { Action } from '../../engine/controller.ts';
import { createdAtMs, isActive, isReady } from '../pod-condition.ts';
import { indexedPod, plainPod } from './job-pod.ts';
import type { Observed } from './observed.ts';
import { completionsOf, isIndexed } from './observed.ts';
import type { Tally } from './tally.ts';
import { completionIndex, isTracked } from './tracking-labels.ts';

/** Pods made or let go in one pass, as in Kubernetes. */
export const PODS_PER_PASS_MAX = 500;

/** What is to become of the pods. */
export interface Scale {
  /** How many pods are to be made now, or once the back-off is over. */
  missing: number;
  surplus: readonly Pod[];
  create(ids: Ids): Action[];
}

export function scaleOf({ job, pods }: Observed, tally: Tally): Scale {
  const active = pods.filter((pod) => isActive(pod) && isTracked(pod));
  const wanted = wantedPods(job, tally, active.length);
  return isIndexed(job.spec) ? indexedScale(job, active, tally, wanted) : plainScale(job, active, wanted);
}

/** Never more than are still needed; a work queue that has seen a success starts no more. */
function wantedPods(job: Job, tally: Tally, active: number): number {
  const { suspend, parallelism = 1 } = job.spec;
  if (suspend === true) return 0;
  const completions = completionsOf(job.spec);
  if (completions === undefined) return tally.succeeded > 0 ? Math.min(active, parallelism) : parallelism;
  return Math.max(0, Math.min(parallelism, completions - tally.succeeded));
}

function plainScale(job: Job, active: readonly Pod[], wanted: number): Scale {
  const missing = Math.max(0, wanted - active.length);
  const surplus = active.toSorted(byLeastWorthKeeping).slice(0, Math.max(0, active.length - wanted));
  const create = (ids: Ids): Action[] =>
    Array.from({ length: Math.min(missing, PODS_PER_PASS_MAX) }, () => createPod(job, plainPod(job, ids)));
  return { missing, surplus, create };
}

/** One pod an index: doubles and indexes out of range or done already are surplus. */
function indexedScale(job: Job, active: readonly Pod[], tally: Tally, wanted: number): Scale {
  const limit = completionsOf(job.spec) ?? 0;
  const keepers = new Map<number, Pod>();
  for (const pod of active.toSorted(byLeastWorthKeeping).reverse()) {
    const index = completionIndex(pod) ?? limit;
    const isNeeded = index < limit && !tally.completed.has(index) && !keepers.has(index);
    if (isNeeded && keepers.size < wanted) keepers.set(index, pod);
  }
  const kept = new Set(keepers.values());
  const missing: number[] = [];
  for (let index = 0; index < limit && keepers.size + missing.length < wanted; index += 1) {
    if (!tally.completed.has(index) && !keepers.has(index)) missing.push(index);
  }
  const create = (ids: Ids): Action[] =>
    missing.slice(0, PODS_PER_PASS_MAX).map((index) => createPod(job, indexedPod(job, index, ids)));
  return { missing: missing.length, surplus: active.filter((pod) => !kept.has(pod)), create };
}

function createPod(job: Job, pod: Pod): Action {
  const message = `Created pod: ${pod.metadata.name ?? ''}`;
  const event = { regarding: job, severity: 'Normal' as const, reason: 'SuccessfulCreate', message };
  return { type: 'create', definition: podKind, object: pod, event };
}

/** Deletes a pod in the Job's name. */
export function deletePod(job: Job, pod: Pod, reason: string): Action {
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  const message = `Deleted pod: ${name}`;
  const event = { regarding: job, severity: 'Normal' as const, reason: 'SuccessfulDelete', message };
  return { type: 'delete', ref: { definition: podKind, namespace, name, uid }, reason, event };
}

/** Pods without a node first, then those not ready, then the youngest: they lose the least work. */
function byLeastWorthKeeping(a: Pod, b: Pod): number {
  return (
    Number((a.spec.nodeName ?? '') !== '') - Number((b.spec.nodeName ?? '') !== '') ||
    Number(isReady(a)) - Number(isReady(b)) ||
    createdAtMs(b) - createdAtMs(a)
  );
}
