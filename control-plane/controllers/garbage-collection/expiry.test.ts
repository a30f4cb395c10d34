// What goes by age and number.
import test from 'ava';
import { eventKind, type Event } from '@gantry/api/kinds/event';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { passIn, settle } from '../../engine/settle.ts';
import { emptyWorld, later, readerOf, withObject, withObjects, type World } from '../../engine/toy-world.ts';
import { EVENT_TTL_MS, expiryController, FINISHED_PODS_MAX, REMOVALS_PER_PASS_MAX } from './expiry.ts';

const KEY = { namespace: '', name: 'default' };
const START = emptyWorld();

function anEvent(name: string, lastSeenMs: number): Event {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'default', creationTimestamp: new Date(START.nowMs).toISOString() },
    involvedObject: {},
    lastTimestamp: new Date(lastSeenMs).toISOString(),
  };
}

function aPod(index: number): Pod {
  const creationTimestamp = new Date(START.nowMs + index * 1000).toISOString();
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${index}`, namespace: 'default', creationTimestamp },
    spec: { containers: [] },
    status: { phase: index % 2 === 0 ? 'Succeeded' : 'Failed' },
  };
}

function world(): World {
  return withObject(START, namespaceKind, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'default' },
  });
}

test('Events go an hour after they were last seen; a time in the future does not keep them', (t) => {
  const minute = 60_000;
  const events = [
    anEvent('old', START.nowMs),
    anEvent('repeated', START.nowMs + 30 * minute),
    anEvent('from-the-future', START.nowMs + 1e9),
  ];
  const start = withObjects(world(), eventKind, events);
  t.is(passIn(start, expiryController, KEY)?.changes.length, 0);
  const atHour = later(start, EVENT_TTL_MS);
  const next = settle(expiryController, atHour, KEY).world;
  t.deepEqual(
    readerOf(next)
      .list(eventKind)
      .map(({ metadata }) => metadata.name),
    ['repeated'],
  );
  t.is(passIn(next, expiryController, KEY)?.plan.recheckAfterMs, 10 * minute);
});

test('many expired Events go in bounded batches', (t) => {
  const events = Array.from({ length: REMOVALS_PER_PASS_MAX + 10 }, (_, index) =>
    anEvent(`e${index}`, START.nowMs),
  );
  const pass = passIn(later(withObjects(world(), eventKind, events), EVENT_TTL_MS), expiryController, KEY);
  t.is(pass?.changes.length, REMOVALS_PER_PASS_MAX);
  t.is(pass?.plan.recheckAfterMs, 1000);
});

test('of finished pods the oldest beyond the limit go', (t) => {
  const pods = Array.from({ length: FINISHED_PODS_MAX + 2 }, (_, index) => aPod(index));
  const next = settle(expiryController, withObjects(world(), podKind, pods), KEY).world;
  const left = readerOf(next).list(podKind);
  t.is(left.length, FINISHED_PODS_MAX);
  t.false(left.some(({ metadata }) => metadata.name === 'p0' || metadata.name === 'p1'));
});
