import test from 'ava';
import { median, percentiles, quantile, renderTable, replaceReport, short, spread } from './figure.ts';

test('medians and quantiles', (t) => {
  t.is(median([3, 1, 2]), 2);
  t.is(median([4, 1, 2, 3]), 2.5);
  t.is(quantile([5, 1, 4, 2, 3], 0.5), 3);
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  t.is(quantile(hundred, 0.99), 99);
  t.true(Number.isNaN(median([])));
});

test('figures are short and keep their unit', (t) => {
  t.deepEqual([short(0.123), short(12.34), short(123.4)], ['0.12', '12.3', '123']);
  t.is(spread([1.5, 1.4, 1.3], 's'), '1.40 s (median of 3, 1.30-1.50)');
  t.is(percentiles([1, 2, 3], 'ms'), 'p50 2.00, p99 3.00 ms (of 3)');
});

test('the table is Markdown with a row a figure', (t) => {
  const table = renderTable([
    { what: 'start', target: '<= 1.0 x', measured: '1 s', reference: '2 s', ratio: 0.5, met: true },
    { what: 'idle', target: '<= 3 %', measured: '4 %', reference: '', met: false },
  ]);
  const [head = '', rule = '', first = '', second = ''] = table.split('\n');
  t.regex(head, /^\| figure +\| target +\| measured/);
  t.regex(rule, /^(\| -+ )+\|$/);
  t.regex(first, /\| 0\.50 x \| yes +\|$/);
  t.regex(second, /\| +\| NO +\|$/);
});

test('a report takes the place of the one before, and nothing else', (t) => {
  const marks = [
    '<!-- figures: written by `make bench ARGS="--markdown docs/benchmarks.md"` -->',
    '<!-- end of figures -->',
  ];
  const document = `# Benchmarks\n\n${marks.join('\n\nold\n\n')}\n\nHow to read it`;
  const replaced = replaceReport(document, 'new\n', 'make bench');
  t.is(replaced, document.replace('old', 'new'));
  const two = `${document}\n\n${document.replace('make bench', 'make bench-more')}`;
  const second = replaceReport(two, 'new', 'make bench-more');
  t.is(second, `${document}\n\n${document.replace('make bench', 'make bench-more').replace('old', 'new')}`);
  t.throws(() => replaceReport('no marks', 'new', 'make bench'));
});
