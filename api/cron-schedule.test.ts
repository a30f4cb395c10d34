import test from 'ava';
import { cronProblem, timeZoneProblem } from './cron-schedule.ts';

const GOOD = [
  '* * * * *',
  '*/5 0-6,22 1 JAN-mar mon',
  '0 0 ? * 7',
  ' 5  4 * * sun ',
  '@daily',
  '@hourly',
  '0 9-17/2 * * 1-5',
];

for (const schedule of GOOD) {
  test(`'${schedule}' can be followed`, (t) => {
    t.is(cronProblem(schedule), undefined);
  });
}

for (const [schedule, problem] of [
  ['* * * *', 'five fields'],
  ['', 'has 0'],
  ['0 * * * * *', 'has 6'],
  ['60 * * * *', "its minute '60' must lie between 0 and 59"],
  ['* 24 * * *', "its hour '24'"],
  ['* * 0 * *', "its day of month '0'"],
  ['* * * 13 *', "its month '13'"],
  ['* * * * 8', "its day of week '8'"],
  ['*/0 * * * *', 'no positive number'],
  ['5-1 * * * *', 'begins after it ends'],
  ['1-2-3 * * * *', "more than one '-'"],
  ['*/2/3 * * * *', 'more than one step'],
  ['a * * * *', "its minute 'a'"],
  [', * * * *', "its minute ''"],
  ['@never', 'one of @yearly'],
  ['@every 1h', 'one of @yearly'],
  ['TZ=Etc/UTC * * * * *', 'spec.timeZone'],
  ['* '.repeat(200), 'no more than'],
] as const) {
  test(`'${schedule.slice(0, 30)}' is refused: ${problem}`, (t) => {
    t.true(cronProblem(schedule)?.includes(problem), cronProblem(schedule));
  });
}

test('time zones are those that the platform knows', (t) => {
  for (const name of ['Europe/Berlin', 'Etc/UTC', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+1']) {
    t.is(timeZoneProblem(name), undefined, name);
  }
  for (const name of ['', 'Local', 'Mars/Base', '../etc/passwd', '+01:00'])
    t.truthy(timeZoneProblem(name), name);
});
