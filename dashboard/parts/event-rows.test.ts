// Which events belong to an object, and their order.
import test from 'ava';
import type { Event } from '@gantry/api/kinds/event';
import { eventRows } from './event-rows.ts';

const event = (name: string, last: string, uid?: string, more: Partial<Event> = {}): Event =>
  ({
    metadata: { name, uid: name },
    involvedObject: { kind: 'Pod', name: 'web', ...(uid === undefined ? {} : { uid }) },
    lastTimestamp: last,
    ...more,
  }) as unknown as Event;

test('the latest comes first', (t) => {
  const rows = eventRows([event('old', '2026-01-01T00:00:00Z'), event('new', '2026-01-01T00:01:00Z')]);
  t.deepEqual(
    rows.map(({ key }) => key),
    ['new', 'old'],
  );
});

test('events of an earlier object of the same name are left out, those without a UID are not', (t) => {
  const events = [
    event('mine', '2026-01-01T00:00:03Z', 'u2'),
    event('earlier', '2026-01-01T00:00:02Z', 'u1'),
    event('unknown', '2026-01-01T00:00:01Z'),
  ];
  t.deepEqual(
    eventRows(events, 'u2').map(({ key }) => key),
    ['mine', 'unknown'],
  );
  t.is(eventRows(events).length, 3);
});

test('a series tells how often and when last', (t) => {
  const series = { count: 7, lastObservedTime: '2026-01-02T00:00:00.000000Z' };
  const [row] = eventRows([event('e', '2026-01-01T00:00:00Z', undefined, { series, type: 'Warning' })]);
  t.is(row?.count, 7);
  t.is(row?.last, '2026-01-02T00:00:00.000000Z');
  t.true(row?.isWarning);
});
