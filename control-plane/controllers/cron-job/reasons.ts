// Why a CronJob's plan does what it does, or waits.

/** The closed union of reasons. */
export type CronJobReason =
  | { type: 'starting'; job: string; due: string }
  | { type: 'waiting'; until: string }
  | { type: 'never-due' }
  | { type: 'suspended' }
  | { type: 'being-deleted' }
  | { type: 'too-late'; due: string }
  | { type: 'still-running'; jobs: readonly string[] }
  | { type: 'replacing'; jobs: readonly string[] }
  | { type: 'many-missed' }
  | { type: 'unknown-time-zone'; timeZone: string }
  | { type: 'unreadable-schedule'; schedule: string };

/** The reason as a sentence. */
export function describe(reason: CronJobReason): string {
  switch (reason.type) {
    case 'starting':
      return `starting Job ${reason.job}, due ${reason.due}`;
    case 'waiting':
      return `the next Job is due ${reason.until}`;
    case 'never-due':
      return 'the schedule names no time within the next ten years';
    case 'suspended':
      return 'suspended: no Jobs are made until spec.suspend is false';
    case 'being-deleted':
      return 'being deleted: no Jobs are made';
    case 'too-late':
      return `the Job due ${reason.due} was left out: it could not be started within startingDeadlineSeconds`;
    case 'still-running':
      return `no Job is started before ${reason.jobs.join(', ')} has ended (concurrencyPolicy Forbid)`;
    case 'replacing':
      return `ending ${reason.jobs.join(', ')} for the new Job (concurrencyPolicy Replace)`;
    case 'many-missed':
      return 'many starts were missed; only the latest is made up for (startingDeadlineSeconds limits how old it may be)';
    case 'unknown-time-zone':
      return `the time zone "${reason.timeZone}" is not known: no Jobs are made until spec.timeZone is corrected`;
    case 'unreadable-schedule':
      return `the schedule "${reason.schedule}" cannot be read: no Jobs are made until spec.schedule is corrected`;
  }
}
