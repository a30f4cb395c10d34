// What a pass over a CronJob looks at.
import { cronJobKind, type CronJob } from '@gantry/api/kinds/cron-job';
import { jobKind, type Job } from '@gantry/api/kinds/job';
import type { ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import type { CalendarOf, CronCalendar } from './cron-calendar.ts';

/** A CronJob, its Jobs, and its schedule as a pure question. */
export interface Observed {
  cronJob: CronJob;
  jobs: readonly Job[];
  /** Undefined when the schedule or its time zone cannot be followed. */
  calendar: CronCalendar | undefined;
}

export function observe(cache: CacheReader, key: ObjectKey, calendars: CalendarOf): Observed | undefined {
  const cronJob = cache.get(cronJobKind, key);
  if (cronJob === undefined) return undefined;
  const jobs = cache.byIndex(jobKind, 'owner', cronJob.metadata.uid ?? '');
  return { cronJob, jobs, calendar: calendars(cronJob.spec.schedule, cronJob.spec.timeZone) };
}
