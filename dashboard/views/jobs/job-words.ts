// Jobs and CronJobs in a few words and colours. Pure.
import { formatAge } from '@gantry/api/duration';
import { INSTANTIATE } from '@gantry/api/job-of-cron-job';
import type { CronJob } from '@gantry/api/kinds/cron-job';
import type { Job } from '@gantry/api/kinds/job';
import { jobStatusWord } from '@gantry/api/kinds/job/job-columns';
import { isControlledBy } from '@gantry/api/owner-references';
import type { Tone } from '../../parts/badge.tsx';

/** The colour of a Job's status word. */
export function jobTone(job: Job): Tone {
  const word = jobStatusWord(job);
  if (word === 'Complete' || word === 'SuccessCriteriaMet') return 'good';
  if (word === 'Failed' || word === 'FailureTarget') return 'bad';
  return word === 'Suspended' ? 'warn' : 'busy';
}

/** Whether it has ended, one way or the other. */
export function isOver(job: Job): boolean {
  return endedAt(job) !== undefined;
}

/** When it ended; undefined while it has not. A Job that fails has no completion time: its condition knows. */
export function endedAt({ status }: Job): string | undefined {
  const end = (status?.conditions ?? []).find(
    ({ type, status: holds }) => (type === 'Complete' || type === 'Failed') && holds === 'True',
  );
  return end === undefined ? undefined : (status?.completionTime ?? end.lastTransitionTime);
}

/** From its start to its end, or to now; `–` when it has not begun. */
export function tookText(job: Job, nowMs: number): string {
  const startMs = Date.parse(job.status?.startTime ?? '');
  if (Number.isNaN(startMs)) return '–';
  const endMs = Date.parse(endedAt(job) ?? '');
  return formatAge(Math.max(0, (Number.isNaN(endMs) ? nowMs : endMs) - startMs));
}

/** The Jobs of a CronJob, the latest first. */
export function runsOf(cronJob: CronJob, jobs: readonly Job[]): Job[] {
  const createdMs = ({ metadata }: Job): number => Date.parse(metadata.creationTimestamp ?? '');
  return jobs.filter((job) => isControlledBy(job, cronJob)).sort((a, b) => createdMs(b) - createdMs(a));
}

/** Whether somebody asked for the run; else the schedule did. */
export function isManual({ metadata }: Job): boolean {
  return metadata.annotations?.[INSTANTIATE] === 'manual';
}

/** How a CronJob stands. `runs` are its own, the latest first. */
export function cronJobStanding(
  { spec, status }: CronJob,
  runs: readonly Job[],
): { word: string; tone: Tone } {
  if (spec.suspend === true) return { word: 'Suspended', tone: 'warn' };
  if ((status?.active ?? []).length > 0) return { word: 'Running', tone: 'busy' };
  const last = runs.find(isOver);
  if (last === undefined) return { word: 'Waiting', tone: 'quiet' };
  return jobTone(last) === 'bad'
    ? { word: 'Last failed', tone: 'bad' }
    : { word: 'Last succeeded', tone: 'good' };
}
