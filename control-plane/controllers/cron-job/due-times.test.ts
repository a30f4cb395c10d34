// When schedules are due: a table against known times, and every search against walking minute by minute.
import test from 'ava';
import fc from 'fast-check';
import { createCalendars, type CronCalendar } from './cron-calendar.ts';
import { latestDueMs, nextDueMs, QUESTIONS_MAX } from './due-times.ts';

const calendars = createCalendars();
const DAY_MS = 86_400_000;

function ms(text: string): number {
  return Date.parse(text);
}

function calendar(t: { fail(message: string): unknown }, schedule: string, zone = 'UTC'): CronCalendar {
  const found = calendars(schedule, zone);
  if (found === undefined) t.fail(`${schedule} is not understood`);
  return found ?? { minute: () => false, hour: () => false, day: () => false, month: () => false };
}

const rows: [schedule: string, zone: string, at: string, last: string, next: string][] = [
  ['*/5 * * * *', 'UTC', '2026-01-01T00:07:30Z', '2026-01-01T00:05:00Z', '2026-01-01T00:10:00Z'],
  ['*/5 * * * *', 'UTC', '2026-01-01T00:05:00Z', '2026-01-01T00:05:00Z', '2026-01-01T00:10:00Z'],
  ['5/20 * * * *', 'UTC', '2026-01-01T00:30:00Z', '2026-01-01T00:25:00Z', '2026-01-01T00:45:00Z'],
  ['@hourly', 'UTC', '2026-01-01T12:59:59Z', '2026-01-01T12:00:00Z', '2026-01-01T13:00:00Z'],
  ['@daily', 'UTC', '2026-01-02T12:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'],
  ['0 9 * * 1-5', 'UTC', '2026-01-04T12:00:00Z', '2026-01-02T09:00:00Z', '2026-01-05T09:00:00Z'],
  ['0 9 * * ?', 'UTC', '2026-01-04T12:00:00Z', '2026-01-04T09:00:00Z', '2026-01-05T09:00:00Z'],
  ['@yearly', 'UTC', '2026-07-01T00:00:00Z', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['0 0 29 2 *', 'UTC', '2026-07-01T00:00:00Z', '2024-02-29T00:00:00Z', '2028-02-29T00:00:00Z'],
  // Either day will do when both are restricted.
  ['0 12 13 * 5', 'UTC', '2026-01-14T00:00:00Z', '2026-01-13T12:00:00Z', '2026-01-16T12:00:00Z'],
  ['30 9 * * *', 'Europe/Berlin', '2026-07-01T12:00:00Z', '2026-07-01T07:30:00Z', '2026-07-02T07:30:00Z'],
  ['30 9 * * *', 'Asia/Kathmandu', '2026-07-01T12:00:00Z', '2026-07-01T03:45:00Z', '2026-07-02T03:45:00Z'],
  // The hour that the clocks leave out, and the one that they repeat.
  ['30 2 * * *', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T01:30:00Z', '2026-03-30T00:30:00Z'],
  ['30 2 * * *', 'Europe/Berlin', '2026-10-25T01:00:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
];

for (const [schedule, zone, at, last, next] of rows) {
  test(`${schedule} in ${zone} at ${at}`, (t) => {
    const cron = calendar(t, schedule, zone);
    const year = 5 * 365 * DAY_MS;
    t.is(latestDueMs(cron, ms(at) - year, ms(at)), ms(last));
    t.is(nextDueMs(cron, ms(at), ms(at) + year), ms(next));
  });
}

test('what cannot be followed has no calendar', (t) => {
  for (const schedule of ['', '* * * *', '61 * * * *', '@often', '0 0 30 2 *', 'x * * * *']) {
    t.is(calendars(schedule, 'UTC'), undefined, schedule);
  }
  t.is(calendars('* * * * *', 'Mars/Olympus'), undefined);
});

test('the ends are exclusive and inclusive as told', (t) => {
  const cron = calendar(t, '0 * * * *');
  const hour = ms('2026-01-01T01:00:00Z');
  t.is(latestDueMs(cron, hour, hour), undefined);
  t.is(latestDueMs(cron, hour - 1, hour), hour);
  t.is(nextDueMs(cron, hour, hour + 3_600_000), hour + 3_600_000);
  t.is(nextDueMs(cron, hour, hour + 3_599_999), undefined);
});

test('searches find what walking finds', (t) => {
  const schedules = fc.constantFrom(
    '*/7 * * * *',
    '13 */5 * * *',
    '0 0 * * 0',
    '59 23 31 * *',
    '15 3 1,15 * 2',
    '30 2 * * *',
    '0 0 1 */4 *',
  );
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Pacific/Apia',
  );
  const days = fc.integer({ min: 0, max: 365 });
  fc.assert(
    fc.property(schedules, zones, days, fc.nat(1439), fc.nat(2000), (schedule, zone, day, minute, span) => {
      const cron = calendar(t, schedule, zone);
      const at = ms('2026-01-01T00:00:00Z') + day * DAY_MS + minute * 60_000;
      const walk = (step: 1 | -1, first: number): number | undefined => {
        for (let count = first; count <= span; count += 1) {
          if (cron.minute(at + step * count * 60_000)) return at + step * count * 60_000;
        }
        return undefined;
      };
      t.is(latestDueMs(cron, at - (span + 1) * 60_000, at), walk(-1, 0));
      t.is(nextDueMs(cron, at, at + span * 60_000), walk(1, 1));
    }),
    { numRuns: 15 },
  );
});

test('a search asks a bounded number of questions', (t) => {
  let questions = 0;
  const never = (): boolean => {
    questions += 1;
    return false;
  };
  const maybe = (): boolean => {
    questions += 1;
    return true;
  };
  const cron: CronCalendar = { minute: never, hour: maybe, day: maybe, month: maybe };
  t.is(latestDueMs(cron, 0, ms('2026-01-01T00:00:00Z')), undefined);
  t.true(questions <= QUESTIONS_MAX + 8);
});
