import test from 'ava';
import { commandWordOf } from './command-word.ts';

const cases: [string, string | undefined][] = [
  ['get pods', 'get'],
  ['-n team get pods', 'get'],
  ['--namespace=team --context c get', 'get'],
  ['help apply', 'apply'],
  ['help', undefined],
  ['--help', undefined],
  ['-n get', undefined],
  ['', undefined],
];
for (const [line, expected] of cases) {
  test(`"${line}" asks for ${expected ?? 'no command'}`, (t) => {
    t.is(commandWordOf(line.split(' ').filter((word) => word !== '')), expected);
  });
}
