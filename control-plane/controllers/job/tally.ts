// Counts ended pods exactly once, whatever is deleted, and however often a pass is repeated.
//
// Each pod carries a finalizer until it is counted. (1) An ended pod's uid is noted in status. (2) Only when that
// is stored does the pod lose its finalizer. (3) Only when the finalizer is gone does the uid turn into a count.
// An index that succeeded is its own note: it can be written twice without counting twice.
import type { JobStatus } from '@gantry/api/kinds/job';
import type { Pod } from '@gantry/api/kinds/pod';
import { isDeleting } from '../pod-condition.ts';
import { formatIndexes, parseIndexes } from './indexes.ts';
import type { Observed } from './observed.ts';
import { completionsOf, isIndexed } from './observed.ts';
import { completionIndex, isTracked } from './tracking-labels.ts';

/** Uids noted at the same time, as in Kubernetes: keeps the status small. The rest is noted in later passes. */
export const UNCOUNTED_MAX = 500;

/** The part of the status that counts. */
export type Counts = Pick<JobStatus, 'succeeded' | 'failed' | 'completedIndexes' | 'uncountedTerminatedPods'>;

/** Where counting stands after this pass. */
export interface Tally {
  counts: Counts;
  /** Noted ones included. */
  succeeded: number;
  failed: number;
  completed: ReadonlySet<number>;
  /** Pods whose end is stored: their finalizer may go. */
  settled: readonly Pod[];
  /** Nothing ended is left to be noted or turned into a count. */
  complete: boolean;
}

export function tallyOf(observed: Observed): Tally {
  return isIndexed(observed.job.spec) ? indexedTally(observed) : plainTally(observed);
}

function plainTally({ job, pods }: Observed): Tally {
  const { status = {} } = job;
  const noted = status.uncountedTerminatedPods ?? {};
  const trackedUids = new Set(pods.filter(isTracked).map(uidOf));
  const succeeded = moveOn(noted.succeeded ?? [], trackedUids);
  const failed = moveOn(noted.failed ?? [], trackedUids);
  const known = new Set([...succeeded.waiting, ...failed.waiting]);
  const ended = endedPods(pods).filter((pod) => !known.has(uidOf(pod)));
  const fresh = ended.slice(0, Math.max(0, UNCOUNTED_MAX - known.size));
  const noteSucceeded = [...succeeded.waiting, ...fresh.filter(isSucceeded).map(uidOf)];
  const noteFailed = [...failed.waiting, ...fresh.filter((pod) => !isSucceeded(pod)).map(uidOf)];
  const counts = countsOf(
    (status.succeeded ?? 0) + succeeded.counted,
    (status.failed ?? 0) + failed.counted,
    noteSucceeded,
    noteFailed,
  );
  return {
    counts,
    succeeded: (counts.succeeded ?? 0) + noteSucceeded.length,
    failed: (counts.failed ?? 0) + noteFailed.length,
    completed: new Set(),
    settled: pods.filter((pod) => isTracked(pod) && known.has(uidOf(pod))),
    complete: noteSucceeded.length + noteFailed.length === 0 && ended.length === 0,
  };
}

function indexedTally({ job, pods }: Observed): Tally {
  const { status = {} } = job;
  const limit = completionsOf(job.spec) ?? 0;
  const stored = parseIndexes(status.completedIndexes, limit);
  const noted = status.uncountedTerminatedPods?.failed ?? [];
  const failed = moveOn(noted, new Set(pods.filter(isTracked).map(uidOf)));
  const known = new Set(failed.waiting);
  const ended = endedPods(pods);
  const succeededPods = ended.filter(isSucceeded);
  const isValid = (pod: Pod): boolean => (completionIndex(pod) ?? limit) < limit;
  const newlyFailed = ended.filter((pod) => !isSucceeded(pod) && isValid(pod) && !known.has(uidOf(pod)));
  const fresh = newlyFailed.slice(0, Math.max(0, UNCOUNTED_MAX - known.size));
  const completed = new Set([
    ...stored,
    ...succeededPods.filter(isValid).map((pod) => completionIndex(pod) ?? 0),
  ]);
  const noteFailed = [...failed.waiting, ...fresh.map(uidOf)];
  const counts = countsOf(completed.size, (status.failed ?? 0) + failed.counted, [], noteFailed);
  const isStored = (pod: Pod): boolean =>
    !isValid(pod) || known.has(uidOf(pod)) || (isSucceeded(pod) && stored.has(completionIndex(pod) ?? limit));
  const settled = ended.filter(isStored);
  return {
    counts: completed.size === 0 ? counts : { ...counts, completedIndexes: formatIndexes(completed) },
    succeeded: completed.size,
    failed: (counts.failed ?? 0) + noteFailed.length,
    completed,
    settled,
    complete: noteFailed.length === 0 && ended.length === 0,
  };
}

/** Noted uids: those whose pod has lost its finalizer (or is gone) are counted, the others wait. */
function moveOn(
  noted: readonly string[],
  trackedUids: ReadonlySet<string>,
): { waiting: string[]; counted: number } {
  const waiting = noted.filter((uid) => trackedUids.has(uid));
  return { waiting, counted: noted.length - waiting.length };
}

/** Tracked pods that will not go on: finished, or deleted before they could succeed. */
function endedPods(pods: readonly Pod[]): Pod[] {
  return pods.filter(
    (pod) => isTracked(pod) && (isSucceeded(pod) || pod.status?.phase === 'Failed' || isDeleting(pod)),
  );
}

function countsOf(
  succeeded: number,
  failed: number,
  noteSucceeded: readonly string[],
  noteFailed: readonly string[],
): Counts {
  return {
    ...(succeeded === 0 ? {} : { succeeded }),
    ...(failed === 0 ? {} : { failed }),
    uncountedTerminatedPods: {
      ...(noteSucceeded.length === 0 ? {} : { succeeded: [...noteSucceeded] }),
      ...(noteFailed.length === 0 ? {} : { failed: [...noteFailed] }),
    },
  };
}

function isSucceeded(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded';
}

function uidOf(pod: Pod): string {
  return pod.metadata.uid ?? '';
}
