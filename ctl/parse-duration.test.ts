import test from 'ava';
import { parseDuration } from './parse-duration.ts';

const cases: [string, number][] = [
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['250ms', 250],
  ['7', 7000],
  ['1d', 86_400_000],
];
for (const [text, expected] of cases) {
  test(`${text} is ${expected} ms`, (t) => {
    t.is(parseDuration(text, '--timeout'), expected);
  });
}

for (const text of ['', 'soon', '5x', '5m!', '-5m']) {
  test(`"${text}" is refused by name of the option`, (t) => {
    t.throws(() => parseDuration(text, '--timeout'), { message: /^--timeout must be a duration/ });
  });
}
