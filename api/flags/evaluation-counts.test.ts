// Counts of evaluations: they only grow, stay bounded, and are read as they are written.
import test from 'ava';
import { evaluateFlag, prepareFlags } from './evaluate-flag.ts';
import { EvaluationCounts, readEvaluationCounts, sumEvaluationCounts } from './evaluation-counts.ts';

const flags = prepareFlags(
  {
    flags: {
      checkout: { state: 'ENABLED', variants: { 'o"n\\': true, off: false }, defaultVariant: 'o"n\\' },
      old: { state: 'DISABLED', variants: { on: true } },
    },
  },
  { source: { name: 'web', version: '3' } },
);
const count = (counts: EvaluationCounts, key: string): void =>
  counts.add('team', flags, key, evaluateFlag(flags, key));

test('evaluations are counted by flag, variant, version and reason', (t) => {
  const counts = new EvaluationCounts();
  for (const key of ['checkout', 'checkout', 'old', 'none', 'other']) count(counts, key);
  const of = { namespace: 'team', feature_flag: 'web', version: '3' };
  const nowhere = { namespace: '', feature_flag: '', version: '', flag: '', variant: '' };
  t.deepEqual(readEvaluationCounts(`gantry_else{a="b"} 1\n${counts.text()}`), [
    { labels: { ...of, flag: 'checkout', variant: 'o"n\\', reason: 'STATIC' }, count: 2 },
    { labels: { ...of, flag: 'old', variant: '', reason: 'DISABLED' }, count: 1 },
    { labels: { ...nowhere, reason: 'FLAG_NOT_FOUND' }, count: 2 },
  ]);
});

test('what would make too many series is counted together', (t) => {
  const counts = new EvaluationCounts(1);
  for (const key of ['checkout', 'old', 'old', 'checkout']) count(counts, key);
  t.is(counts.surplus, 2);
  t.regex(counts.text(), /^gantry_flag_evaluations_surplus_total 2$/m);
  t.deepEqual(
    readEvaluationCounts(counts.text()).map((row) => row.count),
    [2],
  );
});

test('what several servers have counted is added up, in the order of flags and versions', (t) => {
  const row = (flag: string, version: string, count: number) => ({
    labels: { namespace: 'n', feature_flag: 'f', version, flag, variant: 'on', reason: 'STATIC' },
    count,
  });
  const sums = sumEvaluationCounts([
    row('b', '1', 1),
    row('a', '10', 2),
    row('a', '9', 3),
    row('a', '10', 4),
  ]);
  t.deepEqual(
    sums.map(({ labels, count }) => [labels.flag, labels.version, count]),
    [
      ['a', '9', 3],
      ['a', '10', 6],
      ['b', '1', 1],
    ],
  );
});
