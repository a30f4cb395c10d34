import anyTest from 'ava';
import type { TestFn } from 'ava';
import { connect } from 'node:net';
import { systemClock, type Clock } from '@gantry/kit/clock';
import type { ControlPlane } from '../control-plane.ts';
import { configMap } from '../resources/test-resources.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { DRAIN_MS } from './limits.ts';
import { CONFIG_MAPS, testClient } from './test-client.ts';
import type { TestClient } from './test-client.ts';
import { startTestServer } from './test-server.ts';

const test = anyTest as TestFn<{ plane: ControlPlane; client: TestClient }>;
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

test.beforeEach(async (t) => {
  const plane = await startTestServer();
  t.context = { plane, client: testClient(plane.url) };
});

test.afterEach.always((t) => t.context.plane.stop());

async function revisionOf(client: TestClient): Promise<string> {
  return (await client.get(CONFIG_MAPS)).body.metadata.resourceVersion ?? '';
}

/** What a watch shows when `a` was there before `start`, `b` between `start` and the watch, `c` after it. */
const starts: [name: string, query: (revision: string) => string, expected: string[]][] = [
  ['no revision: the state, then changes', () => 'watch=true', ['ADDED a', 'ADDED b', 'ADDED c']],
  ['revision 0: the same', () => 'watch=true&resourceVersion=0', ['ADDED a', 'ADDED b', 'ADDED c']],
  [
    'a revision: only what came after',
    (revision) => `watch=true&resourceVersion=${revision}`,
    ['ADDED b', 'ADDED c'],
  ],
  [
    'initial events with their end marked',
    () => 'watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan',
    ['ADDED a', 'ADDED b', 'BOOKMARK -', 'ADDED c'],
  ],
  [
    'initial events no older than a revision',
    (revision) =>
      `watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&resourceVersion=${revision}`,
    ['ADDED a', 'ADDED b', 'BOOKMARK -', 'ADDED c'],
  ],
  [
    'no initial events',
    () => 'watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan',
    ['ADDED c'],
  ],
];

for (const [name, query, expected] of starts) {
  test(`start: ${name}`, async (t) => {
    const { client } = t.context;
    await client.seed('a');
    const revision = await revisionOf(client);
    await client.seed('b');
    const watch = await client.watch(`${CONFIG_MAPS}?${query(revision)}`);
    await client.seed('c');
    t.deepEqual(await watch.take(expected.length), expected);
    watch.close();
  });
}

const refused: [name: string, query: string][] = [
  ['initial events without a match', 'sendInitialEvents=true&allowWatchBookmarks=true'],
  ['initial events without bookmarks', 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan'],
  [
    'initial events at exactly a revision',
    'sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=Exact',
  ],
  ['a match without initial events', 'resourceVersionMatch=NotOlderThan&resourceVersion=1'],
];

for (const [name, query] of refused) {
  test(`refused: ${name}`, async (t) => {
    const answer = await t.context.client.get(`${CONFIG_MAPS}?watch=true&${query}`);
    t.is(answer.code, 422);
    t.is(answer.body['reason'], 'Invalid');
  });
}

test('every change is told once, in order, deletions with a newer revision', async (t) => {
  const { client } = t.context;
  const watch = await client.watch(`${CONFIG_MAPS}?watch=true`);
  await client.seed('a');
  await client.call('PUT', `${CONFIG_MAPS}/a`, configMap('a', { x: '1' }));
  await client.call('PUT', `${CONFIG_MAPS}/a`, configMap('a', { x: '1' }));
  await client.call('DELETE', `${CONFIG_MAPS}/a`);
  await client.seed('b');
  const events = [await watch.next(), await watch.next(), await watch.next(), await watch.next()];
  t.deepEqual(
    events.map((event) => event?.type),
    ['ADDED', 'MODIFIED', 'DELETED', 'ADDED'],
  );
  const revisions = events.map((event) => Number(event?.object.metadata.resourceVersion));
  t.deepEqual(
    revisions,
    [...revisions].sort((a, b) => a - b),
  );
  t.is(new Set(revisions).size, 4);
  watch.close();
});

test('an object that enters or leaves a selection is added or deleted', async (t) => {
  const { client } = t.context;
  const watch = await client.watch(`${CONFIG_MAPS}?watch=true&labelSelector=in%3Dyes`);
  await client.seed('a');
  const label = (value: string) =>
    client.call(
      'PATCH',
      `${CONFIG_MAPS}/a`,
      { metadata: { labels: { in: value } } },
      { 'content-type': 'application/merge-patch+json' },
    );
  await label('yes');
  await label('no');
  await label('yes');
  await client.call('DELETE', `${CONFIG_MAPS}/a`);
  t.deepEqual(await watch.take(4), ['ADDED a', 'DELETED a', 'ADDED a', 'DELETED a']);
  watch.close();
});

test('a watch of one namespace or one name hears nothing else', async (t) => {
  const { client } = t.context;
  await client.call('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
  const watch = await client.watch(`${CONFIG_MAPS}?watch=true&fieldSelector=metadata.name%3Db`);
  await client.seed('a');
  await client.call('POST', '/api/v1/namespaces/other/configmaps', { metadata: { name: 'b' } });
  await client.seed('b');
  const event = await watch.next();
  t.is(event?.object.metadata.namespace, 'default');
  watch.close();
});

test('too old a revision is one ERROR with 410', async (t) => {
  const store = createMemoryStore();
  await store.commit({ conditions: [], writes: [{ type: 'put', key: '/gantry/x', value: '{}' }] });
  await store.commit({ conditions: [], writes: [{ type: 'put', key: '/gantry/x', value: '{}' }] });
  // What happened before this server started, it cannot tell.
  const plane = await startTestServer({ store });
  t.teardown(() => plane.stop());
  const watch = await testClient(plane.url).watch(`${CONFIG_MAPS}?watch=true&resourceVersion=2`);
  t.is(watch.code, 200);
  const event = await watch.next();
  t.is(event?.type, 'ERROR');
  t.like(event?.object, { kind: 'Status', code: 410, reason: 'Expired' });
  t.is(await watch.next(), undefined);
});

test('timeoutSeconds ends a watch cleanly, with a bookmark for who asked', async (t) => {
  const { client } = t.context;
  await client.seed('a');
  const plain = await client.watch(`${CONFIG_MAPS}?watch=true&timeoutSeconds=1`);
  t.deepEqual(await plain.take(9), ['ADDED a']);
  const marked = await client.watch(`${CONFIG_MAPS}?watch=true&timeoutSeconds=1&allowWatchBookmarks=true`);
  t.deepEqual(await marked.take(9), ['ADDED a', 'BOOKMARK -']);
});

test('a Table watch names its columns once', async (t) => {
  const { client } = t.context;
  await client.seed('a');
  const watch = await client.watch(`${CONFIG_MAPS}?watch=true`, { accept: TABLE });
  t.is(watch.headers.get('content-type'), 'application/json;as=Table;g=meta.k8s.io;v=v1');
  const first = await watch.next();
  t.is((first?.object['columnDefinitions'] as unknown[]).length, 3);
  t.is((first?.object['rows'] as unknown[]).length, 1);
  await client.seed('b');
  const second = await watch.next();
  t.is(second?.object['columnDefinitions'], null);
  watch.close();
});

test('a client that does not read is cut off, and the server lives on', async (t) => {
  const { client, plane } = t.context;
  const big = 'x'.repeat(900_000);
  await client.call('POST', CONFIG_MAPS, configMap('big', { big }));
  const socket = connect(plane.port, '127.0.0.1');
  socket.pause();
  socket.write(`GET ${CONFIG_MAPS}?watch=true HTTP/1.1\r\nHost: x\r\n\r\n`);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (let index = 0; index < 40; index++) {
    await client.call('PUT', `${CONFIG_MAPS}/big`, configMap('big', { big, index: String(index) }));
  }
  const metrics = await client.get('/metrics');
  t.regex(metrics.text, /gantry_server_limit_reached_total\{limit="watch-buffer"\} 1/);
  t.regex(metrics.text, /gantry_server_watches\{resource="configmaps"\} 0/);
  socket.resume();
  socket.on('error', () => undefined);
  await closed;
  t.is((await client.get(`${CONFIG_MAPS}/big`)).code, 200);
});

test('a server that stops ends its watches', async (t) => {
  const { client, plane } = t.context;
  const watch = await client.watch(`${CONFIG_MAPS}?watch=true`);
  await plane.stop();
  t.is(await watch.next(), undefined);
});

test('a connection over which nothing was asked holds up no server that stops', async (t) => {
  // Without the time after which all connections are cut.
  const clock: Clock = {
    ...systemClock,
    schedule: (delayMs, work) => systemClock.schedule(delayMs === DRAIN_MS ? 2 ** 30 : delayMs, work),
  };
  const plane = await startTestServer({ clock });
  const socket = connect(Number(new URL(plane.url).port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));
  await new Promise((resolve) => socket.once('connect', resolve));
  await plane.stop();
  await closed;
  t.pass();
});
