// Moments of range queries, as Argo Rollouts' documentation writes them.
import test from 'ava';
import { momentIn } from './moment.ts';

const NOW_MS = Date.parse('2026-11-29T12:00:00Z');
const at = (text: string): string => new Date(momentIn('start', text, NOW_MS)).toISOString();

test('now, dates, and durations from there', (t) => {
  t.is(at('now()'), '2026-11-29T12:00:00.000Z');
  t.is(at('now() - duration("5m")'), '2026-11-29T11:55:00.000Z');
  t.is(at("now()-duration('1h30m') + duration('30s') "), '2026-11-29T10:30:30.000Z');
  t.is(at('date("2026-11-28")'), '2026-11-28T00:00:00.000Z');
  t.is(at('date("2026-11-28T01:00:00Z") + duration("1h")'), '2026-11-28T02:00:00.000Z');
});

test('what is no moment is told with what it may be', (t) => {
  const problem = (text: string): string =>
    t.throws(() => momentIn('start', text, NOW_MS), { instanceOf: RangeError }).message;
  t.is(
    problem('-5m'),
    'start must be now() or date("2026-11-29T12:00:00Z"), and may go on with - duration("5m"), is "-5m"',
  );
  t.regex(problem('now() - duration("five")'), /^start has a duration that is not one/);
  t.regex(problem('date("soon")'), /^start has a date that cannot be read/);
  t.regex(problem('now() - 5m'), /^start must be now\(\)/);
  t.regex(problem('now() '.repeat(1_000)), /^start must be now\(\)/);
});
