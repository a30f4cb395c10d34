// A Job makes no pod beyond its parallelism, beyond what is still needed, or for an index that has one.
import type { Job } from '@gantry/api/kinds/job';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Bounds } from './bounds.ts';
import { firstBroken } from './each-write.ts';
import {
  COMPLETION_INDEX,
  isActive,
  isDeleting,
  isTracked,
  ownerUidOf,
  titleOf,
  uidOf,
} from './object-reading.ts';
import { ObjectsSoFar } from './objects-so-far.ts';
import { RecentValues } from './recent-values.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

/** Judged where the controller makes pods. */
export function createJobPodsBounded(bounds: Pick<Bounds, 'staleMs'>): Invariant {
  const objects = new ObjectsSoFar(['Job', 'Pod']);
  const parallelism = new RecentValues(bounds.staleMs);
  const completions = new RecentValues(bounds.staleMs);
  const succeeded = new Map<string, { uids: Set<string>; late: number }>();

  function noteJob({ before, after, atMs }: WriteRecord): void {
    const uid = uidOf((after ?? before) as Job);
    if (after === undefined) {
      for (const memory of [parallelism, completions, succeeded]) memory.delete(uid);
      return;
    }
    const { spec } = after as Job;
    parallelism.set(uid, spec.suspend === true ? 0 : (spec.parallelism ?? 1), atMs);
    completions.set(uid, spec.completions ?? (spec.parallelism === undefined ? 1 : Infinity), atMs);
  }

  function noteSuccess(jobUid: string, pod: Pod): void {
    if (pod.status?.phase !== 'Succeeded') return;
    const known = succeeded.get(jobUid) ?? { uids: new Set<string>(), late: 0 };
    if (!known.uids.has(uidOf(pod)) && isDeleting(pod)) known.late += 1;
    known.uids.add(uidOf(pod));
    succeeded.set(jobUid, known);
  }

  function judgeCreation(job: Job, made: Pod, atMs: number): string | undefined {
    const uid = uidOf(job);
    const active = objects.ofOwner<Pod>(uid, 'Pod').filter((pod) => isActive(pod) && isTracked(pod));
    const title = `${titleOf(made)} was made as pod number ${active.length} of ${titleOf(job)}`;
    const most = parallelism.max(uid, atMs) ?? 0;
    if (active.length > most) return `${title}, of which ${most} may run at once`;
    const done = succeeded.get(uid) ?? { uids: new Set(), late: 0 };
    const wanted = completions.max(uid, atMs) ?? 0;
    const isIndexed = job.spec.completionMode === 'Indexed';
    if (!isIndexed && active.length + done.uids.size > wanted + done.late)
      return `${title}, of which ${done.uids.size} have succeeded and ${wanted} are wanted`;
    const twin = isIndexed ? active.find((pod) => pod !== made && indexOf(pod) === indexOf(made)) : undefined;
    return twin === undefined
      ? undefined
      : `${title} for index ${indexOf(made)}, for which ${titleOf(twin)} runs`;
  }

  function judge(write: WriteRecord): string | undefined {
    const { before, after, by, atMs } = write;
    objects.apply(write);
    const object = after ?? before;
    if (object?.kind === 'Job') noteJob(write);
    if (after?.kind !== 'Pod') return undefined;
    const job = objects.byUid(ownerUidOf(after) ?? '');
    if (job?.kind !== 'Job') return undefined;
    noteSuccess(uidOf(job), after as Pod);
    const isMade = before === undefined && by.term !== undefined;
    return isMade ? judgeCreation(job as Job, after as Pod, atMs) : undefined;
  }

  return {
    name: 'job-pods-bounded',
    sentence:
      'A Job makes no more pods than its parallelism, than are still needed, or than one an index; none while it is suspended.',
    check: (view) => firstBroken(view, judge),
  };
}

function indexOf(pod: Pod): string {
  return pod.metadata.annotations?.[COMPLETION_INDEX] ?? '';
}
