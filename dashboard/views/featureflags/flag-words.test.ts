import test from 'ava';
import type { Flag } from '@gantry/api/kinds/feature-flag';
import { dependentsOf, prerequisiteSentences, scheduleLines, standingOf, typeOf } from './flag-words.ts';

const flag: Flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
const AT = '2026-12-01T08:00:00Z';
const atMs = Date.parse(AT);

test('the kill switch goes before all else, and schedules before what is written', (t) => {
  t.deepEqual(standingOf(flag, undefined, 0), { word: 'Enabled', tone: 'good', variant: 'off' });
  const rules = { schedule: [{ at: AT, variant: 'on' }] };
  t.is(standingOf(flag, rules, atMs - 1).variant, 'off');
  t.is(standingOf(flag, rules, atMs).variant, 'on');
  t.is(standingOf(flag, { schedule: [{ at: AT, state: 'DISABLED' as const }] }, atMs).word, 'Disabled');
  const killed = standingOf(flag, { ...rules, killSwitch: { engaged: true }, offVariant: 'off' }, atMs);
  t.deepEqual(killed, { word: 'Killed', tone: 'bad', variant: 'off' });
});

test('types', (t) => {
  t.is(typeOf({ variants: { a: true } }), 'boolean');
  t.is(typeOf({ variants: { a: [1] } }), 'object');
  t.is(typeOf({ variants: {} }), 'none');
});

test('prerequisites in both directions', (t) => {
  const rules = { a: { prerequisites: [{ flag: 'b', variant: 'on' }], offVariant: 'off' } };
  t.deepEqual(prerequisiteSentences(rules.a), [
    'Decided only for those for whom “b” is “on”; all others get “off”.',
  ]);
  t.deepEqual(dependentsOf('b', rules), [{ key: 'a', variant: 'on' }]);
  t.deepEqual(dependentsOf('a', rules), []);
});

test('schedules tell what is past', (t) => {
  const schedule = [
    { at: AT, variant: 'on' },
    { at: '2027-01-01T00:00:00Z', state: 'DISABLED' as const, variant: 'off' },
  ];
  t.deepEqual(scheduleLines({ schedule }, atMs), [
    { at: AT, isPast: true, what: 'its default becomes “on”' },
    { at: '2027-01-01T00:00:00Z', isPast: false, what: 'it is disabled and its default becomes “off”' },
  ]);
});
