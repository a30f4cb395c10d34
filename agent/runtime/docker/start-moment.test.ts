import test from 'ava';
import { isAboutToStart } from './start-moment.ts';

const status = (name: string, seccomp: number): string =>
  `Name:\t${name}\nState:\tR (running)\nNoNewPrivs:\t0\nSeccomp:\t${seccomp}\nSeccomp_filters:\t1\n`;

const table: [string, string, string, boolean][] = [
  ['runc still prepares', status('runc:[2:INIT]', 0), '0', false],
  ['runc has the filter', status('runc:[2:INIT]', 2), '0', true],
  ['runc waits at its pipe, without a filter', status('runc:[2:INIT]', 0), 'wait_for_partner', true],
  ['another runtime waits at its pipe', status('crun', 0), 'wait_for_partner', true],
  ['the program runs, with the filter', status('sh', 2), '0', false],
  ['the program sleeps', status('sleep', 2), 'hrtimer_nanosleep', false],
];

for (const [title, text, wchan, expected] of table) {
  test(`${title}: ${expected ? 'now' : 'not now'}`, (t) => {
    t.is(
      isAboutToStart((name) => (name === 'status' ? text : wchan)),
      expected,
    );
  });
}
