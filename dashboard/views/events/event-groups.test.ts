import test from 'ava';
import type { Event } from '@gantry/api/kinds/event';
import { eventGroups, eventLines, kindsOf } from './event-groups.ts';

const event = (kind: string, name: string, reason: string, type: string, minute: number, count = 1): Event =>
  ({
    metadata: { uid: `${name} ${reason}` },
    involvedObject: { kind, namespace: 'n', name },
    ...{ reason, type, count, message: `${reason} of ${name}` },
    lastTimestamp: `2026-01-01T00:0${minute}:00Z`,
  }) as unknown as Event;
const events = [
  event('Pod', 'a', 'Started', 'Normal', 1),
  event('Pod', 'b', 'BackOff', 'Warning', 3, 4),
  event('Pod', 'a', 'BackOff', 'Warning', 2, 2),
  event('Node', 'x', 'Ready', 'Normal', 4),
];
const all = { kind: '', warningsOnly: false, text: '' };
const namesOf = (filter: Partial<typeof all>): string[] =>
  eventLines(events, { ...all, ...filter }).map(({ name, reason }) => `${name} ${reason}`);

test('the latest first, by kind, warnings and words', (t) => {
  t.deepEqual(namesOf({}), ['x Ready', 'b BackOff', 'a BackOff', 'a Started']);
  t.deepEqual(namesOf({ kind: 'Node' }), ['x Ready']);
  t.deepEqual(namesOf({ warningsOnly: true }), ['b BackOff', 'a BackOff']);
  t.deepEqual(namesOf({ text: 'a STARTED' }), ['a Started']);
  t.deepEqual(kindsOf(events), ['Node', 'Pod']);
});

test('groups count times and objects, warnings first', (t) => {
  const groups = eventGroups(eventLines(events, all));
  t.like(groups[0], { kind: 'Pod', reason: 'BackOff', isWarning: true, times: 6, objects: 2 });
  t.is(groups.length, 3);
});
