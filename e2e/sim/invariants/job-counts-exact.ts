// A Job counts every end of a pod once, and no end that did not happen.
import type { Job, JobStatus } from '@gantry/api/kinds/job';
import type { Pod } from '@gantry/api/kinds/pod';
import { firstBroken } from './each-write.ts';
import {
  COMPLETION_INDEX,
  hasEnded,
  holds,
  isDeleting,
  isTracked,
  ownerUidOf,
  titleOf,
  uidOf,
} from './object-reading.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

/** What became of a Job's pods, by uid. */
interface Ends {
  succeeded: Set<string>;
  /** Indexes of pods that succeeded. */
  indexes: Set<number>;
  /** Failed, or asked to go. */
  failed: Set<string>;
  /** Succeeded while being deleted: a replacement may succeed as well. */
  late: number;
  /** Succeeded, and not tracked any more: a crash of the controller would not find them. */
  released: Set<string>;
}

/** The counters of a status against the pods in the log. */
export function createJobCountsExact(): Invariant {
  const endsOf = new Map<string, Ends>();
  /** As they are stored. */
  const jobs = new Map<string, Job>();

  function ends(jobUid: string): Ends {
    const known = endsOf.get(jobUid) ?? {
      succeeded: new Set(),
      indexes: new Set(),
      failed: new Set(),
      late: 0,
      released: new Set(),
    };
    endsOf.set(jobUid, known);
    return known;
  }

  function judgePod({ before, after }: WriteRecord): string | undefined {
    const pod = (after ?? before) as Pod;
    const owner = ownerUidOf(pod);
    if (owner === undefined) return undefined;
    const { succeeded, indexes, failed, released } = ends(owner);
    const isNew = pod.status?.phase === 'Succeeded' && !succeeded.has(uidOf(pod));
    if (isNew) {
      succeeded.add(uidOf(pod));
      indexes.add(Number(pod.metadata.annotations?.[COMPLETION_INDEX] ?? -1));
      if (isDeleting(pod)) ends(owner).late += 1;
    }
    if (pod.status?.phase === 'Failed' || isDeleting(pod) || after === undefined) failed.add(uidOf(pod));
    if (!isLetGo(before as Pod | undefined, after as Pod | undefined)) return undefined;
    released.add(uidOf(pod));
    return letGoTooEarly(owner, released.size);
  }

  /** A Job that has ended, or is going, counts no more. */
  function letGoTooEarly(owner: string, released: number): string | undefined {
    const job = jobs.get(owner);
    if (job === undefined || isDeleting(job) || hasEnded(job) || job.spec.completionMode === 'Indexed')
      return undefined;
    const { succeeded, notedSucceeded } = countsOf(job.status);
    const counted = succeeded + notedSucceeded.length;
    return released <= counted
      ? undefined
      : `${titleOf(job)} has let go of ${released} pods that succeeded, and counts ${counted}`;
  }

  function judgeJob({ before, after }: WriteRecord): string | undefined {
    if (after === undefined) {
      endsOf.delete(uidOf(before as Job));
      jobs.delete(uidOf(before as Job));
      return undefined;
    }
    const job = after as Job;
    jobs.set(uidOf(job), job);
    const [was, is] = [countsOf((before as Job | undefined)?.status), countsOf(job.status)];
    const wrong = fallen(before as Job | undefined, job, was, is) ?? invented(job, is, ends(uidOf(job)));
    return wrong === undefined ? undefined : `${titleOf(job)} ${wrong}`;
  }

  return {
    name: 'job-counts-exact',
    sentence:
      'A Job counts each ended pod once and no other, lets go of none before it is counted, its counts never fall, no more than the wanted completions are counted, and it is complete with exactly these.',
    check: (view) =>
      firstBroken(view, (write) => {
        const kind = (write.after ?? write.before)?.kind;
        if (kind === 'Pod') return judgePod(write);
        return kind === 'Job' ? judgeJob(write) : undefined;
      }),
  };
}

interface Counts {
  succeeded: number;
  failed: number;
  /** Noted, and not in the counters yet. */
  notedSucceeded: readonly string[];
  notedFailed: readonly string[];
}

function countsOf(status: JobStatus | undefined): Counts {
  const { succeeded = 0, failed = 0, uncountedTerminatedPods: noted = {} } = status ?? {};
  return { succeeded, failed, notedSucceeded: noted.succeeded ?? [], notedFailed: noted.failed ?? [] };
}

function fallen(before: Job | undefined, after: Job, was: Counts, is: Counts): string | undefined {
  // An Indexed Job may be made smaller; the indexes beyond are forgotten.
  if (before === undefined || before.spec.completions !== after.spec.completions) return undefined;
  if (is.succeeded < was.succeeded) return `counted ${was.succeeded} successes, and now ${is.succeeded}`;
  return is.failed < was.failed ? `counted ${was.failed} failures, and now ${is.failed}` : undefined;
}

function invented(job: Job, is: Counts, { succeeded, indexes, failed, late }: Ends): string | undefined {
  const isIndexed = job.spec.completionMode === 'Indexed';
  const happened = isIndexed ? indexes.size : succeeded.size;
  const counted = is.succeeded + is.notedSucceeded.length;
  if (counted > happened) return `counts ${counted} successes, of which ${happened} happened`;
  const failures = is.failed + is.notedFailed.length;
  if (failures > failed.size) return `counts ${failures} failures, of which ${failed.size} happened`;
  const twice = is.notedSucceeded.find((uid) => is.notedFailed.includes(uid));
  if (twice !== undefined) return `counts pod ${twice} as a success and as a failure`;
  const completions = job.spec.completions ?? (job.spec.parallelism === undefined ? 1 : undefined);
  if (completions === undefined) return undefined;
  if (counted > completions + late) return `counts ${counted} successes of ${completions} wanted`;
  if (!holds(job, 'Complete') || is.succeeded >= completions) return undefined;
  return `is complete with ${is.succeeded} successes of ${completions}`;
}

/** It has succeeded and is not tracked any more. */
function isLetGo(before: Pod | undefined, after: Pod | undefined): boolean {
  if (after === undefined || isDeleting(after) || after.status?.phase !== 'Succeeded') return false;
  return before !== undefined && isTracked(before) && !isTracked(after);
}
