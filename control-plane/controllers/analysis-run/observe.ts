// What a pass over an AnalysisRun looks at.
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { isEnded } from '@gantry/api/analysis/run-phase';
import { jobKind, type Job } from '@gantry/api/kinds/job';
import type { ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import { isDeleting } from '../pod-condition.ts';
import { holds } from '../status-condition.ts';

/** A run and the Jobs that measure for it. */
export interface Observed {
  run: AnalysisRun;
  jobs: readonly Job[];
}

/** Undefined for a run that has ended and is kept: there is nothing to do about it, now or later. */
export function observe(cache: CacheReader, key: ObjectKey): Observed | undefined {
  const run = cache.get(analysisRunKind, key);
  if (run === undefined) return undefined;
  const hasJobs = run.spec.metrics.some(({ provider }) => provider.job !== undefined);
  const jobs = hasJobs ? cache.byIndex(jobKind, 'owner', run.metadata.uid ?? '') : [];
  const isDone = isEnded(run) && run.spec.ttlStrategy === undefined && !jobs.some(isUnwanted);
  return isDone ? undefined : { run, jobs };
}

/** A Job that would go on after the end of its run. */
export function isUnwanted(job: Job): boolean {
  const { conditions } = job.status ?? {};
  return !isDeleting(job) && !holds(conditions, 'Complete') && !holds(conditions, 'Failed');
}
