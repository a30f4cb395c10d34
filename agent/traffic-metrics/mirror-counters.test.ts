// What HAProxy says of copies, and the numbers that are made of it.
import test from 'ava';
import { MirrorCounters, readMirrors } from './mirror-counters.ts';

const stats = (count: number): string => `# pxname,svname,req_tot\nhttp-mirror,FRONTEND,${count}\n`;
const table = (busy: number): string =>
  `# table: mirror-drops, type: string, size:16, used:1\n0x55abc6f348c8: key=busy use=0 exp=0 gpc0=${busy}\n`;
const numbers = (counters: MirrorCounters): string[] =>
  counters
    .text()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

test('answers of one that mirrors nothing are nothing', (t) => {
  t.deepEqual([...readMirrors('No such proxy.\n', 'No such table\n')], []);
  t.deepEqual([...readMirrors(stats(0), '')], []);
  t.deepEqual(
    [...readMirrors(stats(7), table(3))],
    [
      ['sent', 7],
      ['busy', 3],
    ],
  );
});

test('numbers grow across processes, and what an earlier agent has told is not told again', (t) => {
  const counters = new MirrorCounters();
  counters.read('a', readMirrors(stats(100), table(10)));
  counters.read('a', readMirrors(stats(105), table(10)));
  counters.read('b', readMirrors(stats(2), table(1)));
  t.deepEqual(numbers(counters), [
    'gantry_mirrored_requests_total 7',
    'gantry_mirror_drops_total{reason="busy"} 1',
    'gantry_mirror_drops_total{reason="body"} 0',
  ]);
  const own = new MirrorCounters();
  own.processStarts();
  own.read('a', readMirrors(stats(4), ''));
  t.is(numbers(own)[0], 'gantry_mirrored_requests_total 4');
});
