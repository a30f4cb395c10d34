import test from 'ava';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { podKind } from '@gantry/api/kinds/pod';
import type { KindDefinition } from '@gantry/api/definition';
import { codeOf } from '@gantry/kit/operational-error';
import { valueOf } from '../resources/object-key.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { deleteObject, pod, putObject, settle, startCache, write } from './cache-fixtures.ts';
import type { CacheEvent } from './cache.ts';
import { jsonOf } from './json-text.ts';

const pods = podKind as unknown as KindDefinition;
const told = (event: CacheEvent): string => `${event.type} ${event.object.metadata.name} ${event.revision}`;

test('what is stored can be read: frozen, with its resourceVersion, in the order of the store’s keys', async (t) => {
  const store = createMemoryStore();
  const first = await write(store, putObject(pod('b', 'one')));
  await write(store, putObject(pod('a', 'two')));
  const { cache, stop } = await startCache(store);
  const last = await write(store, putObject(pod('a-b', 'three')), putObject(pod('a', 'four')));
  await cache.waitFor(last);
  t.is(cache.revision, last);
  const names = (namespace?: string) => cache.list(podKind, namespace).map((each) => each.metadata.name);
  t.deepEqual(names(), ['three', 'four', 'two', 'one']);
  t.deepEqual(names('a'), ['four', 'two']);
  t.deepEqual(names('none'), []);
  const one = cache.get(podKind, { namespace: 'b', name: 'one' });
  t.is(one?.metadata.resourceVersion, String(first));
  t.true(Object.isFrozen(one) && Object.isFrozen(one?.spec.containers) && Object.isFrozen(one?.metadata));
  t.is(cache.get(podKind, { namespace: 'b', name: 'two' }), undefined);
  t.is(jsonOf(one as object), jsonOf(one as object));
  t.deepEqual(JSON.parse(jsonOf(one as object)), one);
  await stop();
});

test('an object that was announced is taken as it is, but only for the text that was announced', async (t) => {
  const { store, cache, stop } = await startCache();
  await cache.waitFor(await write(store, putObject(pod('a', 'one')), putObject(pod('a', 'two'))));
  const containersOf = (name: string) => cache.get(podKind, { namespace: 'a', name })?.spec.containers;
  const before = { one: containersOf('one'), two: containersOf('two') };
  for (const name of ['one', 'two']) {
    const current = cache.get(podKind, { namespace: 'a', name });
    if (current === undefined) throw new Error(name);
    const next = { ...current, spec: { ...current.spec, nodeName: 'n1' } };
    cache.expect(pods, { namespace: 'a', name }, valueOf(next), next);
  }
  const last = await write(
    store,
    putObject(pod('a', 'one', { node: 'n1' })),
    putObject(pod('a', 'two', { node: 'n2' })),
  );
  await cache.waitFor(last);
  const one = cache.get(podKind, { namespace: 'a', name: 'one' });
  t.is(one?.spec.nodeName, 'n1');
  t.is(one?.metadata.resourceVersion, String(last));
  t.is(one?.spec.containers, before.one, 'what did not change is the same object');
  t.true(Object.isFrozen(one) && Object.isFrozen(one?.spec) && Object.isFrozen(one?.metadata));
  t.is(cache.get(podKind, { namespace: 'a', name: 'two' })?.spec.nodeName, 'n2', 'another write came first');
  t.not(containersOf('two'), before.two);
  await stop();
});

test('a list that was handed out stays as it is', async (t) => {
  const { store, cache, stop } = await startCache();
  await cache.waitFor(await write(store, putObject(pod('a', 'one'))));
  const before = cache.list(podKind);
  t.is(cache.list(podKind), before);
  await cache.waitFor(await write(store, putObject(pod('a', 'two')), deleteObject(pod('a', 'one'))));
  t.deepEqual(
    before.map((each) => each.metadata.name),
    ['one'],
  );
  t.deepEqual(
    cache.list(podKind).map((each) => each.metadata.name),
    ['two'],
  );
  await stop();
});

test('pods are found by owner and by node, and move when they change', async (t) => {
  const { store, cache, stop } = await startCache();
  const names = (index: string, value: string) =>
    cache.byIndex(podKind, index, value).map((each) => each.metadata.name);
  await write(store, putObject(pod('a', 'one', { owner: 'x' })), putObject(pod('a', 'two', { owner: 'x' })));
  await cache.waitFor(await write(store, putObject(pod('a', 'one', { owner: 'x', node: 'n1' }))));
  t.deepEqual(
    [names('owner', 'x'), names('spec.nodeName', 'n1'), names('spec.nodeName', 'n2')],
    [['one', 'two'], ['one'], []],
  );
  await cache.waitFor(await write(store, putObject(pod('a', 'one', { owner: 'y', node: 'n2' }))));
  t.deepEqual(
    [names('owner', 'x'), names('owner', 'y'), names('spec.nodeName', 'n1')],
    [['two'], ['one'], []],
  );
  await cache.waitFor(await write(store, deleteObject(pod('a', 'one'))));
  t.deepEqual([names('owner', 'y'), names('spec.nodeName', 'n2')], [[], []]);
  t.throws(() => cache.byIndex(podKind, 'no-such', 'x'));
  await stop();
});

test('pods without a controller are found by namespace, until one has them', async (t) => {
  const { store, cache, stop } = await startCache();
  const orphans = () => cache.byIndex(podKind, 'orphans', 'a').map((each) => each.metadata.name);
  await write(store, putObject(pod('a', 'one')), putObject(pod('b', 'two')));
  await cache.waitFor(await write(store, putObject(pod('a', 'three', { owner: 'x' }))));
  t.deepEqual(orphans(), ['one']);
  await cache.waitFor(await write(store, putObject(pod('a', 'one', { owner: 'x' }))));
  t.deepEqual(orphans(), []);
  await cache.waitFor(await write(store, putObject(pod('a', 'three'))));
  t.deepEqual(orphans(), ['three']);
  await stop();
});

test('listeners hear of each change in order, after the whole batch has been applied', async (t) => {
  const { store, cache, stop } = await startCache();
  const heard: string[] = [];
  const counts: number[] = [];
  const unsubscribe = cache.onEvent(pods, (event) => {
    heard.push(told(event));
    counts.push(cache.list(podKind).length);
  });
  cache.onEvent(pods, () => {
    throw new Error('a listener that fails');
  });
  const two = await write(store, putObject(pod('a', 'one')), putObject(pod('a', 'two')));
  await cache.waitFor(two);
  t.deepEqual(counts, [2, 2]);
  const changed = await write(store, putObject(pod('a', 'one', { node: 'n' })));
  const gone = await write(store, deleteObject(pod('a', 'two')));
  await cache.waitFor(gone);
  t.deepEqual(heard, [
    `ADDED one ${two}`,
    `ADDED two ${two}`,
    `MODIFIED one ${changed}`,
    `DELETED two ${gone}`,
  ]);
  const events = cache.eventsAfter(pods, changed);
  t.is(events?.[0]?.object.metadata.resourceVersion, String(gone));
  t.is(events?.[0]?.previous?.metadata.resourceVersion, String(two));
  unsubscribe();
  await cache.waitFor(await write(store, putObject(pod('a', 'three'))));
  t.is(heard.length, 4);
  await stop();
});

test('events come again from a revision that changed several objects, and history has an end', async (t) => {
  const store = createMemoryStore();
  const listed = await write(store, putObject(pod('a', 'zero')));
  const { cache, stop } = await startCache(store, { limits: { historyEventsMax: 8 } });
  const both = await write(store, putObject(pod('a', 'one')), putObject(pod('a', 'two')));
  const single = await write(store, putObject(pod('a', 'three')));
  await cache.waitFor(single);
  const after = (revision: number) => cache.eventsAfter(pods, revision)?.map(told);
  t.is(after(listed - 1), undefined);
  t.is(after(listed)?.length, 3);
  t.deepEqual(after(both), [`ADDED one ${both}`, `ADDED two ${both}`, `ADDED three ${single}`]);
  t.deepEqual(after(single), []);
  t.deepEqual(after(single + 100), []);
  let last = 0;
  for (let index = 0; index < 20; index++) last = await write(store, putObject(pod('a', 'four')));
  await cache.waitFor(last);
  t.is(after(single), undefined);
  t.is(after(last - 5)?.length, 5);
  await stop();
});

test('when a kind was changed last: removals count, other kinds do not, nor what history has let go of', async (t) => {
  const store = createMemoryStore();
  const listed = await write(store, putObject(pod('a', 'zero')));
  const { cache, stop } = await startCache(store, { limits: { historyEventsMax: 8 } });
  t.is(cache.changedAt(pods), listed);
  const removed = await write(store, deleteObject(pod('a', 'zero')));
  await cache.waitFor(removed);
  t.is(cache.changedAt(pods), removed);
  t.is(cache.changedAt(namespaceKind as unknown as KindDefinition), listed);
  let last = 0;
  for (let index = 0; index < 20; index++) last = await write(store, putObject(pod('a', 'four')));
  await cache.waitFor(last);
  t.is(cache.changedAt(pods), last);
  await stop();
});

test('a list at a revision that changed several objects tells them again on resuming', async (t) => {
  const store = createMemoryStore();
  await write(store, putObject(pod('a', 'old')));
  const both = await write(store, putObject(pod('a', 'old')), putObject(pod('a', 'new')));
  const { cache, stop } = await startCache(store);
  t.deepEqual(cache.eventsAfter(pods, both)?.map(told), [`ADDED new ${both}`, `MODIFIED old ${both}`]);
  t.is(cache.eventsAfter(pods, both - 1), undefined);
  await stop();
});

test('a compaction behind the cache leads to a fresh list and the events that were missed', async (t) => {
  const base = createMemoryStore();
  let cutOff = false;
  const store = new Proxy(base, {
    get: (target, name: keyof typeof base) =>
      name === 'watch'
        ? async function* (prefix: string, after: number, signal: AbortSignal) {
            for await (const batch of target.watch(prefix, after, signal)) {
              if (cutOff) {
                cutOff = false;
                // The history is gone by the time the watch is asked for the next step.
                await target.compact(await target.currentRevision());
                yield* target.watch(prefix, after, signal);
              }
              yield batch;
            }
          }
        : (target[name] as () => unknown).bind(target),
  });
  const { cache, clock, stop } = await startCache(store);
  const kept = await write(store, putObject(pod('a', 'kept')));
  await write(store, putObject(pod('a', 'gone')), putObject(pod('a', 'again', { uid: '1' })));
  await cache.waitFor(await write(store, putObject(pod('a', 'changed'))));
  const heard: string[] = [];
  cache.onEvent(pods, (event) => heard.push(told(event)));
  cutOff = true;
  const changed = await write(
    store,
    putObject(pod('a', 'changed', { node: 'n' })),
    deleteObject(pod('a', 'gone')),
  );
  await write(store, deleteObject(pod('a', 'again')));
  const last = await write(store, putObject(pod('a', 'again', { uid: '2' })));
  while (cache.revision < last) {
    clock.advance(100);
    await settle();
  }
  t.deepEqual(heard, [
    `MODIFIED changed ${changed}`,
    `DELETED again ${last}`,
    `ADDED again ${last}`,
    `DELETED gone ${last}`,
  ]);
  t.is(cache.get(podKind, { namespace: 'a', name: 'kept' })?.metadata.resourceVersion, String(kept));
  t.is(cache.eventsAfter(pods, changed), undefined);
  await stop();
});

test('values that are no objects are set aside, told once, and released when they are mended', async (t) => {
  const store = createMemoryStore();
  const good = pod('a', 'good');
  const key = putObject(good).key;
  const bad = (value: string, at = key) => write(store, { type: 'put', key: at, value });
  await bad('{', '/gantry/core/pods/a/broken');
  await bad('{}', '/gantry/nobody.example/knows/a/this');
  await bad('[]', '/gantry/leader');
  await bad(JSON.stringify(pod('a', 'other')), '/gantry/core/pods/a/misplaced');
  let quarantined = 0;
  const lines: string[] = [];
  const logger = {
    ...{ debug: () => undefined, info: () => undefined, warn: () => undefined },
    error: (message: string) => void lines.push(message),
    child: () => logger,
  };
  const metrics = {
    ...{
      revision: () => undefined,
      events: () => undefined,
      relisted: () => undefined,
      waitTimedOut: () => undefined,
    },
    quarantined: (count: number) => void (quarantined = count),
  };
  const { cache, stop } = await startCache(store, { logger, metrics });
  t.deepEqual([cache.list(podKind).length, quarantined, lines.length], [0, 3, 3]);
  await cache.waitFor(await write(store, putObject(good)));
  await cache.waitFor(await bad('null'));
  await cache.waitFor(await bad('null'));
  t.is(cache.get(podKind, { namespace: 'a', name: 'good' })?.metadata.uid, 'uid-good');
  t.deepEqual([quarantined, lines.length], [4, 4]);
  await write(store, putObject(pod('a', 'broken')));
  await cache.waitFor(await write(store, putObject(good)));
  t.deepEqual([quarantined, cache.list(podKind).length], [2, 2]);
  await cache.waitFor(await write(store, { type: 'delete', key: '/gantry/core/pods/a/misplaced' }));
  t.is(quarantined, 1);
  t.deepEqual(cache.list(namespaceKind), []);
  await stop();
});

test('waiting ends when the revision is seen, at the deadline, or by abort', async (t) => {
  const { store, cache, clock, stop } = await startCache(undefined, { limits: { waitMs: 1_000 } });
  const late = cache.waitFor(cache.revision + 1);
  let arrived = false;
  void late.then(() => (arrived = true));
  await settle();
  t.false(arrived);
  await write(store, putObject(pod('a', 'one')));
  await late;
  const never = t.throwsAsync(cache.waitFor(cache.revision + 5));
  await settle();
  clock.advance(1_000);
  t.is(codeOf(await never), 'cache-behind');
  const controller = new AbortController();
  const aborted = t.throwsAsync(cache.waitFor(cache.revision + 5, controller.signal), { message: 'enough' });
  controller.abort(new Error('enough'));
  await aborted;
  await stop();
});

test('a linearizable read waits for what was acknowledged before, also for writes that are none of ours', async (t) => {
  const { store, cache, stop } = await startCache();
  await write(store, putObject(pod('a', 'one')));
  await cache.waitForNewest();
  t.is(cache.list(podKind).length, 1);
  const elsewhere = await write(store, { type: 'put', key: '/other/system', value: 'x' });
  await Promise.all(Array.from({ length: 10 }, () => cache.waitForNewest()));
  t.true(cache.revision >= elsewhere);
  await stop();
});
