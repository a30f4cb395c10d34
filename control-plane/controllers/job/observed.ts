// What a pass over a Job looks at.
import { jobKind, type Job, type JobSpec } from '@gantry/api/kinds/job';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';

/** A Job and all pods that name it as their controller. */
export interface Observed {
  job: Job;
  pods: readonly Pod[];
}

export function observe(cache: CacheReader, key: ObjectKey): Observed | undefined {
  const job = cache.get(jobKind, key);
  if (job === undefined) return undefined;
  return { job, pods: cache.byIndex(podKind, 'owner', job.metadata.uid ?? '') };
}

/** How many must succeed; undefined for a work queue, which is done with its first success. */
export function completionsOf(spec: JobSpec): number | undefined {
  return spec.completions ?? (spec.parallelism === undefined ? 1 : undefined);
}

export function isIndexed(spec: JobSpec): boolean {
  return spec.completionMode === 'Indexed';
}
