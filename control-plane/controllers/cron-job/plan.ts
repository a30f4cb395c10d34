// Decides which Jobs a CronJob should gain or lose now, and when to look again. Of several missed starts only the
// latest is made up for.
import type { CronJob, CronJobStatus } from '@gantry/api/kinds/cron-job';
import { jobKind, type Job } from '@gantry/api/kinds/job';
import { timeZoneProblem } from '@gantry/api/cron-schedule';
import { timeMs, timeText } from '@gantry/kit/time-text';
import type { Action, Plan, PlanInputs } from '../../engine/controller.ts';
import { createdAtMs, isDeleting } from '../pod-condition.ts';
import type { CronCalendar } from './cron-calendar.ts';
import { latestDueMs, nextDueMs } from './due-times.ts';
import { deleteJob, endedJobEvents, isRunning, jobsStatus, pruneHistory } from './history.ts';
import type { Observed } from './observed.ts';
import type { CronJobReason } from './reasons.ts';
import { scheduledJob, scheduledJobName } from './scheduled-job.ts';

/** More missed starts than this are worth a warning, as in Kubernetes. */
export const MISSED_STARTS_MAX = 100;
/** The longest nap: a longer wait is cut into pieces, so that no timer overflows. */
const RECHECK_MAX_MS = 24 * 3_600_000;
/** How far ahead the next due time is looked for. */
const LOOK_AHEAD_MS = 10 * 366 * 24 * 3_600_000;

/** A plan whose reasons are a CronJob's. */
export interface CronJobPlan extends Plan {
  status?: CronJobStatus;
  reasons: readonly CronJobReason[];
}

/** What is done about a due tick. */
interface TickPlan {
  actions: readonly Action[];
  reasons: readonly CronJobReason[];
  /** The tick is dealt with: it becomes lastScheduleTime. */
  scheduledMs?: number;
}

/** Pure: the same observation and time give the same plan. */
export function plan(observed: Observed, { nowMs }: PlanInputs): CronJobPlan {
  const { cronJob, calendar } = observed;
  const status = jobsStatus(observed);
  const always = [...endedJobEvents(observed), ...pruneHistory(observed)];
  const obstacle = obstacleOf(observed);
  if (obstacle !== undefined || calendar === undefined) {
    const reasons = obstacle === undefined ? [] : [obstacle];
    return { actions: [...always, ...obstacleEvents(cronJob, obstacle)], status, reasons };
  }
  const tick = planTick(observed, calendar, nowMs);
  const nextMs = nextDueMs(calendar, nowMs, nowMs + LOOK_AHEAD_MS);
  const waiting: CronJobReason =
    nextMs === undefined ? { type: 'never-due' } : { type: 'waiting', until: timeText(nextMs) };
  const { scheduledMs } = tick;
  return {
    actions: [...always, ...tick.actions],
    status: scheduledMs === undefined ? status : { ...status, lastScheduleTime: timeText(scheduledMs) },
    recheckAfterMs: Math.min(RECHECK_MAX_MS, (nextMs ?? Number.POSITIVE_INFINITY) - nowMs),
    reasons: [...tick.reasons, waiting],
  };
}

function obstacleOf({ cronJob, calendar }: Observed): CronJobReason | undefined {
  const { timeZone, suspend, schedule } = cronJob.spec;
  if (isDeleting(cronJob)) return { type: 'being-deleted' };
  if (timeZone !== undefined && timeZoneProblem(timeZone) !== undefined) {
    return { type: 'unknown-time-zone', timeZone };
  }
  if (suspend === true) return { type: 'suspended' };
  return calendar === undefined ? { type: 'unreadable-schedule', schedule } : undefined;
}

function obstacleEvents(cronJob: CronJob, obstacle: CronJobReason | undefined): Action[] {
  if (obstacle?.type === 'unknown-time-zone') {
    return [warning(cronJob, 'UnknownTimeZone', `invalid timeZone: ${obstacle.timeZone}`)];
  }
  if (obstacle?.type === 'unreadable-schedule') {
    return [warning(cronJob, 'UnparseableSchedule', `unparseable schedule: "${obstacle.schedule}"`)];
  }
  return [];
}

function planTick(observed: Observed, calendar: CronCalendar, nowMs: number): TickPlan {
  const { cronJob, jobs } = observed;
  const lastMs = timeMs(cronJob.status?.lastScheduleTime) ?? createdAtMs(cronJob);
  const deadlineSeconds = cronJob.spec.startingDeadlineSeconds;
  const dueMs = latestDueMs(calendar, lastMs, nowMs);
  if (dueMs === undefined) return { actions: [], reasons: [] };
  if (deadlineSeconds !== undefined && dueMs + deadlineSeconds * 1000 < nowMs) {
    const due = timeText(dueMs);
    const message = `Missed scheduled time to start a job: ${due}`;
    return { actions: [warning(cronJob, 'MissSchedule', message)], reasons: [{ type: 'too-late', due }] };
  }
  const name = scheduledJobName(cronJob, dueMs);
  // Made already, by a pass that died before it could say so in the status.
  if (jobs.some(({ metadata }) => metadata.name === name)) {
    return { actions: [], reasons: [], scheduledMs: dueMs };
  }
  const earliestMs =
    deadlineSeconds === undefined ? lastMs : Math.max(lastMs, nowMs - deadlineSeconds * 1000);
  const missed = missedPlan(cronJob, calendar, earliestMs, dueMs);
  const start = planStart(cronJob, jobs.filter(isRunning), dueMs);
  return {
    ...start,
    actions: [...missed.actions, ...start.actions],
    reasons: [...missed.reasons, ...start.reasons],
  };
}

function planStart(cronJob: CronJob, running: readonly Job[], dueMs: number): TickPlan {
  const { concurrencyPolicy = 'Allow' } = cronJob.spec;
  const names = running.map(({ metadata }) => metadata.name ?? '');
  if (concurrencyPolicy === 'Forbid' && running.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    const told: Action = {
      type: 'record-event',
      regarding: cronJob,
      severity: 'Normal',
      reason: 'JobAlreadyActive',
      message,
    };
    return { actions: [told], reasons: [{ type: 'still-running', jobs: names }] };
  }
  const replaced = concurrencyPolicy === 'Replace' ? running : [];
  const job = scheduledJob(cronJob, dueMs);
  const name = job.metadata.name ?? '';
  const event = {
    regarding: cronJob,
    severity: 'Normal' as const,
    reason: 'SuccessfulCreate',
    message: `Created job ${name}`,
  };
  return {
    actions: [
      ...replaced.map((old) => deleteJob(cronJob, old, 'replaced by the next one')),
      { type: 'create', definition: jobKind, object: job, event },
    ],
    reasons: [
      ...(replaced.length === 0 ? [] : [{ type: 'replacing' as const, jobs: names }]),
      { type: 'starting', job: name, due: timeText(dueMs) },
    ],
    scheduledMs: dueMs,
  };
}

/** How many starts were missed is estimated from the distance of the last two, as Kubernetes does. */
function missedPlan(cronJob: CronJob, calendar: CronCalendar, earliestMs: number, dueMs: number): TickPlan {
  const previousMs = latestDueMs(calendar, earliestMs, dueMs - 1);
  const missed = previousMs === undefined ? 0 : (dueMs - earliestMs) / (dueMs - previousMs);
  if (missed <= MISSED_STARTS_MAX) return { actions: [], reasons: [] };
  const message =
    'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
  return {
    actions: [warning(cronJob, 'TooManyMissedTimes', message)],
    reasons: [{ type: 'many-missed' }],
  };
}

function warning(cronJob: CronJob, reason: string, message: string): Action {
  return { type: 'record-event', regarding: cronJob, severity: 'Warning', reason, message };
}
