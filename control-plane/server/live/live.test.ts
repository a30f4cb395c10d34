// The live connection carries what watches carry, for many at once, and no more than its user may see.
import test from 'ava';
import { FROM_PAGE, send, startTestDashboard } from '../../dashboard/test-dashboard.ts';
import { SESSION_PATH } from '../../dashboard/session-extensions.ts';
import { configMap } from '../../resources/test-resources.ts';
import { CONFIG_MAPS, testClient } from '../test-client.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { startTestServer } from '../test-server.ts';
import { CLOSE, SUBSCRIPTIONS_MAX } from './live-limits.ts';
import { openLive } from './test-live.ts';

const STATE = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
const ADMIN = 'system:masters';

test('watches of several kinds come over one connection, each under its number', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  await client.seed('a');
  const live = await openLive(plane.url);
  live.open(1, `${CONFIG_MAPS}?${STATE}&omit=managedFields`);
  t.deepEqual(await live.take(2), ['1 ADDED a', '1 BOOKMARK -']);
  live.open(2, `/api/v1/namespaces?${STATE}&as=PartialObjectMetadata&fieldSelector=metadata.name%3Ddefault`);
  const namespace = await live.next();
  t.like(namespace, { id: 2, type: 'ADDED' });
  t.is(namespace?.object.kind, 'PartialObjectMetadata');
  t.like(await live.next(), { id: 2, type: 'BOOKMARK' });
  await client.seed('b');
  const added = await live.next();
  t.like(added, { id: 1, type: 'ADDED' });
  t.is(added?.object.metadata.name, 'b');
  t.is(added?.object.metadata.managedFields, undefined);
  live.close(1);
  live.open(3, `${CONFIG_MAPS}?watch=1&resourceVersion=${added?.object.metadata.resourceVersion ?? ''}`);
  await client.seed('c');
  const again = await live.next();
  t.is(`${again?.id} ${again?.object.metadata.name}`, '3 c');
  t.truthy(again?.object.metadata.managedFields);
  live.socket.terminate();
});

test('a line is the very line of the watch', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const live = await openLive(plane.url);
  live.open(7, `${CONFIG_MAPS}?${STATE}`);
  await live.take(1);
  const watch = await client.watch(`${CONFIG_MAPS}?watch=1`);
  const names = Array.from({ length: 20 }, (_, at) => `c${at}`);
  await Promise.all(names.map((name) => client.seed(name)));
  for (const _name of names) {
    const line = await live.next();
    t.deepEqual(JSON.parse(line?.text ?? ''), await watch.next());
  }
  watch.close();
  live.socket.terminate();
});

test('each watch is allowed or refused as its path is, and the others go on', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const live = await openLive(dashboard.plane.url, {
    headers: await dashboard.page('vic', 'gantry:viewers'),
  });
  const rows: [path: string, code: number, says: RegExp][] = [
    [`/api/v1/secrets?${STATE}`, 403, /a viewer may not read Secrets/],
    [`/api/v1/nothing?${STATE}`, 404, /could not find/],
    ['/api/v1/pods', 400, /not watched: it needs \?watch=1/],
    [`/api/v1/pods?${STATE}&labelSelector=a%20b%20c`, 400, /label selector/],
    [`/api/v1/pods?${STATE}&omit=status`, 400, /only managedFields/],
    [`/api/v1/pods?${STATE}&as=Poem`, 406, /./],
    ['/api/v1/pods/x/log?watch=1', 404, /could not find/],
    ['//evil.example/api/v1/pods?watch=1', 403, /not open to this user/],
    ['/gantry/v1/live/traffic', 403, /not open/],
  ];
  for (const [at, [path, code, says]] of rows.entries()) {
    live.open(at + 1, path);
    const line = await live.next();
    t.is(line?.id, at + 1);
    t.is(line?.type, 'ERROR', path);
    t.is(line?.object.code, code, path);
    t.regex(line?.object.message ?? '', says);
  }
  live.open(100, `/api/v1/namespaces?${STATE}&timeoutSeconds=1`);
  const seen = [];
  while (seen.at(-1) !== '100 CLOSED -') seen.push(...(await live.take(1)));
  t.is(seen[0], '100 ADDED default');
  live.socket.terminate();
});

test('a revision that is gone is told, then the end', async (t) => {
  const store = createMemoryStore();
  const write = { type: 'put', key: '/gantry/x', value: '{}' } as const;
  for (let times = 0; times < 2; times += 1) await store.commit({ conditions: [], writes: [write] });
  // What happened before this server started, it cannot tell.
  const plane = await startTestServer({ store });
  t.teardown(() => plane.stop());
  const live = await openLive(plane.url);
  live.open(1, `${CONFIG_MAPS}?watch=1&resourceVersion=2`);
  const line = await live.next();
  t.deepEqual([line?.type, line?.object.code], ['ERROR', 410]);
  t.deepEqual(await live.take(1), ['1 CLOSED -']);
  live.socket.terminate();
});

test('the connection ends with its session', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const page = await dashboard.page('ann', ADMIN);
  const live = await openLive(dashboard.plane.url, { headers: page });
  t.is((await send(dashboard.plane.url, 'DELETE', SESSION_PATH, page)).status, 200);
  t.deepEqual(await live.closed, [CLOSE.sessionOver, 'the session has been ended']);
});

test('a client that breaks the rules is sent away with a reason', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const rows: [what: string, say: (live: Awaited<ReturnType<typeof openLive>>) => void, reason: RegExp][] = [
    ['no JSON', ({ socket }) => socket.send('hello'), /not a message/],
    ['bytes', ({ socket }) => socket.send(Buffer.from('{"open":1,"path":"/"}')), /not a message/],
    ['number 0', (live) => live.open(0, CONFIG_MAPS), /not a message/],
    ['no path', (live) => live.open(1, 'x'), /not a message/],
    [
      'a number twice',
      (live) => {
        live.open(1, `${CONFIG_MAPS}?watch=1`);
        live.open(1, `${CONFIG_MAPS}?watch=1`);
      },
      /number 1 is in use/,
    ],
    [
      'too many at once',
      (live) => {
        for (let id = 1; id <= SUBSCRIPTIONS_MAX + 1; id += 1) live.open(id, `${CONFIG_MAPS}?watch=1`);
      },
      /more than 64 subscriptions/,
    ],
    [
      'too fast',
      (live) => {
        for (let id = 1; id <= 300; id += 1) {
          live.open(id, `${CONFIG_MAPS}?watch=1`);
          live.close(id);
        }
      },
      /too many subscriptions in a short time/,
    ],
  ];
  for (const [what, say, reason] of rows) {
    const live = await openLive(plane.url);
    say(live);
    const [code, why] = await live.closed;
    t.is(code, CLOSE.refused, what);
    t.regex(why, reason, what);
  }
  const long = await openLive(plane.url);
  long.socket.send('x'.repeat(20_000));
  t.is((await long.closed)[0], 1009);
  t.is((await testClient(plane.url).get('/healthz')).text, 'ok');
});

test('a client that does not read is closed, and the server lives on', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const live = await openLive(plane.url);
  live.open(1, `${CONFIG_MAPS}?watch=1`);
  live.socket.pause();
  const object = { ...configMap('large'), data: { filler: 'x'.repeat(900_000) } };
  t.is((await client.call('POST', CONFIG_MAPS, object)).code, 201);
  for (let round = 0; round < 30; round += 1)
    await client.call('PATCH', `${CONFIG_MAPS}/large`, `{"data":{"round":"${round}"}}`, {
      'content-type': 'application/merge-patch+json',
    });
  const { text } = await client.get('/metrics');
  t.regex(text, /gantry_server_limit_reached_total\{limit="live-buffer"\} 1/);
  live.socket.terminate();
});

test('a server that stops says so', async (t) => {
  const plane = await startTestServer();
  const live = await openLive(plane.url);
  await plane.stop();
  const [code] = await live.closed;
  t.true(code === CLOSE.stopping || code === 1006);
});

test('lists and watches leave out the managers for who asks', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const { url } = dashboard.plane;
  const page = await dashboard.page('ann', ADMIN);
  t.is((await send(url, 'POST', CONFIG_MAPS, page, configMap('a'))).status, 201);
  const path = `${CONFIG_MAPS}?omit=managedFields`;
  const plain = await (await send(url, 'GET', CONFIG_MAPS, page)).text();
  const shorter = await (await send(url, 'GET', path, page)).text();
  t.regex(plain, /managedFields/);
  t.notRegex(shorter, /managedFields/);
  t.regex(await (await send(url, 'GET', CONFIG_MAPS, page)).text(), /managedFields/);
  t.is((await send(url, 'GET', `${CONFIG_MAPS}?omit=data`, page)).status, 400);
  const metadata = { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' };
  t.notRegex(await (await send(url, 'GET', path, { ...page, ...metadata })).text(), /managedFields/);
  t.is(FROM_PAGE['x-gantry-dashboard'], '1');
});
