import anyTest from 'ava';
import type { TestFn } from 'ava';
import type { AnyObject } from '@gantry/api/meta';
import { configMap } from '../resources/test-resources.ts';
import type { ControlPlane } from '../control-plane.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { CONFIG_MAPS, testClient } from './test-client.ts';
import type { TestBody, TestClient } from './test-client.ts';
import { startTestServer } from './test-server.ts';

const test = anyTest as TestFn<{ plane: ControlPlane; client: TestClient; store: Store }>;
const ALL = '/api/v1/configmaps';

test.beforeEach(async (t) => {
  const store = createMemoryStore();
  const plane = await startTestServer({ store });
  t.context = { plane, client: testClient(plane.url), store };
});

test.afterEach.always((t) => t.context.plane.stop());

const names = (body: TestBody): string[] => body.items.map(({ metadata }) => metadata.name ?? '');

/** All pages of a list; `between` runs after each. */
async function pages(
  client: TestClient,
  path: string,
  limit: number,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<TestBody[]> {
  const found: TestBody[] = [];
  let token: string | undefined = '';
  while (token !== undefined) {
    const more: string = token === '' ? '' : `&continue=${encodeURIComponent(token)}`;
    const answer = await client.get(`${path}?limit=${limit}${more}`);
    if (answer.code !== 200) throw new Error(answer.text);
    found.push(answer.body);
    token = answer.body.metadata.continue;
    await between();
  }
  return found;
}

test('a list is one snapshot in pages, whatever happens in between', async (t) => {
  const { client } = t.context;
  const wanted = Array.from({ length: 7 }, (_, index) => `m${index}`);
  await client.seed(...wanted);
  let turn = 0;
  const found = await pages(client, CONFIG_MAPS, 3, async () => {
    turn++;
    await client.call('DELETE', `${CONFIG_MAPS}/m${5 - turn}`);
    await client.call('POST', CONFIG_MAPS, configMap(`m6-${turn}`));
  });
  t.deepEqual(found.flatMap(names), wanted);
  t.deepEqual(
    found.map(({ metadata }) => metadata.remainingItemCount),
    [4, 1, undefined],
  );
  t.is(new Set(found.map(({ metadata }) => metadata.resourceVersion)).size, 1);
});

test('pages of an unchanged kind come from the cache and agree with the store in their order', async (t) => {
  const { client } = t.context;
  // In the store `a-b/x` comes before `a/x`; by namespace and name it is the other way round.
  for (const namespace of ['a', 'a-b', 'a0']) {
    await client.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    for (const name of ['x', 'y']) {
      await client.call('POST', `/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name } });
    }
  }
  const path = (body: TestBody): string[] =>
    body.items.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`);
  const still = (await pages(client, ALL, 1)).flatMap(path);
  const moving = await pages(client, ALL, 1, () => client.seed(`z${Math.random().toString(36).slice(2)}`));
  t.deepEqual(still, ['a-b/x', 'a-b/y', 'a/x', 'a/y', 'a0/x', 'a0/y']);
  t.deepEqual(moving.flatMap(path), still);
});

test('selectors and pages together', async (t) => {
  const { client } = t.context;
  for (let index = 0; index < 9; index++) {
    const object: AnyObject = configMap(`m${index}`);
    object.metadata.labels = { odd: String(index % 2) };
    await client.call('POST', CONFIG_MAPS, object);
  }
  const still = await pages(client, CONFIG_MAPS, 4);
  t.is(still.flatMap(names).length, 9);
  const first = await client.get(`${CONFIG_MAPS}?labelSelector=odd%3D1&limit=3`);
  t.deepEqual(names(first.body), ['m1', 'm3', 'm5']);
  t.is(first.body.metadata.remainingItemCount, undefined);
  await client.seed('another');
  const token = encodeURIComponent(first.body.metadata.continue ?? '');
  const second = await client.get(`${CONFIG_MAPS}?labelSelector=odd%3D1&limit=3&continue=${token}`);
  t.deepEqual(names(second.body), ['m7']);
  const named = await client.get(
    `${CONFIG_MAPS}?fieldSelector=metadata.name%3Dm2&limit=500&resourceVersion=0`,
  );
  t.deepEqual(names(named.body), ['m2']);
});

test('a token whose revision is no longer kept is 410', async (t) => {
  const { client, store } = t.context;
  await client.seed('a', 'b', 'c');
  const first = await client.get(`${CONFIG_MAPS}?limit=1`);
  await client.seed('d');
  await store.compact(await store.currentRevision());
  const token = encodeURIComponent(first.body.metadata.continue ?? '');
  const second = await client.get(`${CONFIG_MAPS}?limit=1&continue=${token}`);
  t.is(second.code, 410);
  t.like(second.body, { reason: 'Expired' });
});

test('how fresh a list is, is the reader’s choice', async (t) => {
  const { client } = t.context;
  await client.seed('a');
  const before = await client.get(CONFIG_MAPS);
  const revision = before.body.metadata.resourceVersion ?? '';
  await client.seed('b');
  t.deepEqual(names((await client.get(CONFIG_MAPS)).body), ['a', 'b']);
  t.is((await client.get(`${CONFIG_MAPS}?resourceVersion=0`)).code, 200);
  const exact = await client.get(`${CONFIG_MAPS}?resourceVersion=${revision}&resourceVersionMatch=Exact`);
  t.deepEqual(names(exact.body), ['a']);
  t.is(exact.body.metadata.resourceVersion, revision);
  const notOlder = await client.get(
    `${CONFIG_MAPS}?resourceVersion=${revision}&resourceVersionMatch=NotOlderThan`,
  );
  t.deepEqual(names(notOlder.body), ['a', 'b']);
  t.is((await client.get(`${CONFIG_MAPS}?resourceVersionMatch=Exact`)).code, 422);
  t.is((await client.get(`${CONFIG_MAPS}?resourceVersion=0&resourceVersionMatch=Exact`)).code, 422);
  t.is((await client.get(`${CONFIG_MAPS}?resourceVersion=${revision}&continue=abc`)).code, 400);
});

test('a revision that does not exist yet is waited for, then 504', async (t) => {
  const { client } = t.context;
  await client.seed('a');
  const revision = Number((await client.get(CONFIG_MAPS)).body.metadata.resourceVersion);
  const waiting = client.get(`${CONFIG_MAPS}/a?resourceVersion=${revision + 1}`);
  await client.seed('b');
  t.is((await waiting).code, 200);
  const never = await client.get(`${CONFIG_MAPS}?resourceVersion=${revision + 1000}`);
  t.is(never.code, 504);
  t.is(
    (never.body['details'] as { causes: { reason: string }[] }).causes[0]?.reason,
    'ResourceVersionTooLarge',
  );
  t.is(never.headers.get('retry-after'), '1');
});

test('Tables and metadata alone', async (t) => {
  const { client } = t.context;
  await client.seed('a', 'b');
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
  const table = await client.get(CONFIG_MAPS, { accept });
  t.is(table.headers.get('content-type'), 'application/json;as=Table;g=meta.k8s.io;v=v1');
  interface Table {
    columnDefinitions: { name: string }[];
    rows: { cells: unknown[]; object: AnyObject | null }[];
  }
  const { columnDefinitions, rows } = table.body as unknown as Table;
  t.deepEqual(
    columnDefinitions.map(({ name }) => name),
    ['Name', 'Data', 'Age'],
  );
  t.is(rows[0]?.cells[0], 'a');
  t.is(rows[0]?.object?.kind, 'PartialObjectMetadata');
  const whole = await client.get(`${CONFIG_MAPS}?includeObject=Object`, { accept });
  t.is((whole.body as unknown as Table).rows[0]?.object?.kind, 'ConfigMap');
  const none = await client.get(`${CONFIG_MAPS}/a?includeObject=None`, { accept });
  t.is((none.body as unknown as Table).rows[0]?.object, null);
  t.is((await client.get(`${CONFIG_MAPS}?includeObject=All`, { accept })).code, 400);
  const metadata = await client.get(CONFIG_MAPS, {
    accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  });
  t.is(metadata.body.kind, 'PartialObjectMetadataList');
  t.false('data' in (metadata.body.items[0] ?? {}));
});

test('a long list is written in pieces, packed for who accepts it', async (t) => {
  const { client, plane } = t.context;
  const big = 'x'.repeat(100_000);
  for (let index = 0; index < 8; index++)
    await client.call('POST', CONFIG_MAPS, configMap(`m${index}`, { big }));
  const plain = await client.get(CONFIG_MAPS, { 'accept-encoding': 'identity' });
  t.is(plain.headers.get('content-encoding'), null);
  t.is(plain.body.items.length, 8);
  const packed = await fetch(`${plane.url}${CONFIG_MAPS}`, { headers: { 'accept-encoding': 'gzip' } });
  t.is(packed.headers.get('content-encoding'), 'gzip');
  t.is(((await packed.json()) as TestBody).items.length, 8);
  const small = await fetch(`${plane.url}${CONFIG_MAPS}?limit=1&labelSelector=none`, {
    headers: { 'accept-encoding': 'gzip' },
  });
  t.is(small.headers.get('content-encoding'), null);
});
