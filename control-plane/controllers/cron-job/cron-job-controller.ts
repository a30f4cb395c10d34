// The CronJob controller: makes a Job at each time that the schedule names.
import { cronJobKind } from '@gantry/api/kinds/cron-job';
import { jobKind } from '@gantry/api/kinds/job';
import type { Controller } from '../../engine/controller.ts';
import { ownedTrigger, ownTrigger } from '../../engine/triggers.ts';
import { createCalendars, type CalendarOf } from './cron-calendar.ts';
import { observe, type Observed } from './observed.ts';
import { plan } from './plan.ts';
import { describe, type CronJobReason } from './reasons.ts';

/** Makes the controller; `calendars` reads schedules. */
export function createCronJobController(calendars: CalendarOf = createCalendars()): Controller<Observed> {
  return {
    name: 'cron-job',
    definition: cronJobKind,
    triggers: [ownTrigger(cronJobKind), ownedTrigger(jobKind, cronJobKind)],
    observe: (cache, key) => observe(cache, key, calendars),
    plan,
    primary: ({ cronJob }) => cronJob,
    describe: (reason) => describe(reason as CronJobReason),
  };
}
