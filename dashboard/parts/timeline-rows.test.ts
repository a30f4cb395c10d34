import test from 'ava';
import type { TimelineEntry, TimelineEvent } from '@gantry/api/timeline/timeline-entry';
import { ENTRIES_MAX, NO_TIMELINE, takeTimeline, timelineRows } from './timeline-rows.ts';

const entry = (id: string, stamp: string, more: Partial<TimelineEntry> = {}): TimelineEvent => ({
  type: 'ADDED',
  object: {
    ...{ id, stamp, time: '', type: 'event', severity: 'Normal', where: 'n1', who: 'anna', what: `did ${id}` },
    object: { apiVersion: 'v1', kind: 'Pod', name: 'web' },
    ...more,
  },
});
const all = { text: '', warningsOnly: false, all: true };

test('by stamp, the latest first, whenever it is told; each once', (t) => {
  const state = takeTimeline(NO_TIMELINE, [entry('b', '2'), entry('c', '3'), entry('a', '1'), entry('b', '4')]);
  t.deepEqual(
    timelineRows(state, all).map(({ id }) => id),
    ['b', 'c', 'a'],
  );
  t.false(state.synced);
  const whole = takeTimeline(state, [{ type: 'BOOKMARK', object: { clocks: [{ where: 'n1', skewMs: 900 }] } }]);
  t.true(whole.synced);
  t.is(whole.clocks.length, 1);
});

test('filters', (t) => {
  const state = takeTimeline(NO_TIMELINE, [
    entry('a', '1', { severity: 'Warning' }),
    entry('b', '2', { type: 'plan', who: 'x-controller', actions: ['write the status'] }),
  ]);
  const idsOf = (filter: Partial<typeof all>): string[] =>
    timelineRows(state, { ...all, ...filter }).map(({ id }) => id);
  t.deepEqual(idsOf({ warningsOnly: true }), ['a']);
  t.deepEqual(idsOf({ all: false }), ['a']);
  t.deepEqual(idsOf({ text: 'ANNA pod did' }), ['a']);
});

test('the oldest go when there are too many', (t) => {
  const many = Array.from({ length: ENTRIES_MAX + 5 }, (_, at) => entry(`e${at}`, String(at).padStart(6, '0')));
  const state = takeTimeline(NO_TIMELINE, many);
  t.is(state.entries.size, ENTRIES_MAX);
  t.false(state.entries.has('e0'));
});
