import test from 'ava';
import { timeMs, timeText } from './time-text.ts';

test('times are written in whole seconds, whatever was written before', (t) => {
  const atMs = Date.parse('2026-01-31T12:00:00Z');
  t.is(timeText(atMs + 999), '2026-01-31T12:00:00Z');
  t.is(timeText(atMs), '2026-01-31T12:00:00Z');
  t.is(timeText(atMs - 1), '2026-01-31T11:59:59Z');
  t.is(timeText(-1), '1969-12-31T23:59:59Z');
  t.throws(() => timeText(Number.NaN), { instanceOf: RangeError });
});

test('what is written is read again, and what is no time is none', (t) => {
  t.is(timeMs(timeText(1_000)), 1_000);
  for (const text of [undefined, null, '', 'soon']) t.is(timeMs(text), undefined);
});
