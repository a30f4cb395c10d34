import test from 'ava';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { nodeKind } from '@gantry/api/kinds/node';
import type { AnyObject } from '@gantry/api/meta';
import { configMap } from '../resources/test-resources.ts';
import type { EventNote } from './controller.ts';
import { SIMILAR_EVENTS_MAX } from './event-limits.ts';
import { given, startTestEngine } from './test-engine.ts';

const note = (regarding: AnyObject, message: string, reason = 'Happened'): EventNote => {
  return { regarding, severity: 'Normal', reason, message };
};

test('an Event names its object and counts its repetitions, also across restarts', async (t) => {
  const engine = await startTestEngine();
  const map = await given(engine, configMapKind, configMap('map'));
  engine.events.record(note(map, 'hello'), 'test-controller');
  engine.events.record(note(map, 'hello'), 'test-controller');
  const [first] = await engine.toldEvents();
  t.like(first, {
    type: 'Normal',
    reason: 'Happened',
    message: 'hello',
    count: 2,
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:00Z',
    eventTime: '2026-01-01T00:00:00.000000Z',
    source: { component: 'test-controller' },
    reportingComponent: 'test-controller',
  });
  t.like(first?.involvedObject, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'default',
    name: 'map',
    uid: map.metadata.uid,
  });
  t.regex(first?.metadata.name ?? '', /^map\.[0-9a-f]{16}$/);
  engine.clock.advance(5000);
  engine.events.record(note(map, 'hello'), 'test-controller');
  const [again, ...others] = await engine.toldEvents();
  t.deepEqual(others, []);
  t.like(again, { count: 3, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:05Z' });
  await engine.close();
});

test('many like messages are combined into one', async (t) => {
  const engine = await startTestEngine();
  const map = await given(engine, configMapKind, configMap('map'));
  for (let index = 0; index < SIMILAR_EVENTS_MAX + 5; index += 1) {
    engine.events.record(note(map, `created pod ${index}`), 'test-controller');
  }
  const events = await engine.toldEvents();
  t.is(events.length, SIMILAR_EVENTS_MAX + 1);
  const combined = events.find(({ message }) => message?.startsWith('(combined'));
  t.like(combined, { count: 5, message: '(combined from similar events): created pod 14' });
  engine.clock.advance(3_600_000);
  engine.events.record(note(map, 'created pod 99'), 'test-controller');
  t.true((await engine.toldEvents()).some(({ message }) => message === 'created pod 99'));
  await engine.close();
});

test('one object can cause only so many; the rest is counted, others are not held up', async (t) => {
  const engine = await startTestEngine();
  const map = await given(engine, configMapKind, configMap('map'));
  const other = await given(engine, configMapKind, configMap('other'));
  for (let index = 0; index < 40; index += 1) engine.events.record(note(map, 'again'), 'test-controller');
  engine.events.record(note(other, 'hello'), 'test-controller');
  const events = await engine.toldEvents();
  t.deepEqual(events.map(({ count, message }) => [message, count]).sort(), [
    ['again', 25],
    ['hello', 1],
  ]);
  t.regex(await engine.registry.metrics(), /gantry_events_dropped_total\{cause="rate"\} 15/);
  await engine.close();
});

test('Events about cluster-wide objects lie in the namespace default', async (t) => {
  const engine = await startTestEngine();
  const node = await given(engine, nodeKind, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
  engine.events.record(note(node, 'hello'), 'test-controller');
  const [event] = await engine.toldEvents();
  t.is(event?.metadata.namespace, 'default');
  t.is(event?.involvedObject.namespace, undefined);
  await engine.close();
});

test('an Event that nobody can store is dropped and counted', async (t) => {
  const engine = await startTestEngine();
  const map = await given(engine, configMapKind, configMap('map'));
  const elsewhere = { ...map, metadata: { ...map.metadata, namespace: 'nowhere' } };
  engine.events.record(note(elsewhere, 'hello'), 'test-controller');
  t.deepEqual(await engine.toldEvents(), []);
  t.regex(await engine.registry.metrics(), /gantry_events_dropped_total\{cause="failed"\} 1/);
  await engine.close();
});

test('while it runs, notes are stored by themselves; stopped, it ends', async (t) => {
  const engine = await startTestEngine();
  const map = await given(engine, configMapKind, configMap('map'));
  const stop = new AbortController();
  const running = engine.events.run(stop.signal);
  engine.events.record(note(map, 'hello'), 'test-controller');
  await engine.still();
  stop.abort();
  await running;
  t.is((await engine.toldEvents()).length, 1);
  await engine.close();
});

test('a long message is cut, a long name too', async (t) => {
  const engine = await startTestEngine();
  const map = await given(engine, configMapKind, configMap('x'.repeat(253)));
  engine.events.record(note(map, 'm'.repeat(3000)), 'test-controller');
  const [event] = await engine.toldEvents();
  t.is(event?.message?.length, 1024);
  t.is(event?.metadata.name?.length, 253);
  await engine.close();
});
