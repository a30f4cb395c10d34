// Long lists through a whole server. The logic of pages is tested with a million objects in list-page.test.ts; here
// it is 50,000, since a million of them as stored text, as objects of the cache and over HTTP take 2 GB and a minute.
import test from 'ava';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store, Write } from '../store/store.ts';
import type { ControlPlane } from '../control-plane.ts';
import { testClient } from './test-client.ts';
import type { TestBody } from './test-client.ts';
import { startTestServer } from './test-server.ts';

const ALL = '/api/v1/configmaps';
const MANY = 50_000;
const PAGE = 500;
const PLAIN = { 'accept-encoding': 'identity' };

const nameOf = (index: number): string => `m${String(index).padStart(6, '0')}`;
/** `a-b/` comes before `a/`, as in the store. */
const namespaceOf = (index: number): string => (index < MANY / 2 ? 'a-b' : 'a');

function put(namespace: string, name: string, data: Record<string, string> = {}): Write {
  const value = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data });
  return { type: 'put', key: `/gantry/core/configmaps/${namespace}/${name}`, value };
}

async function fill(store: Store, writes: readonly Write[], each: number): Promise<void> {
  for (let index = 0; index < writes.length; index += each) {
    await store.commit({ conditions: [], writes: writes.slice(index, index + each) });
  }
}

/** Walks the list; `between` runs after each page. */
async function walk(url: string, between: (page: number) => Promise<unknown> = async () => undefined) {
  const client = testClient(url);
  const names: string[] = [];
  const revisions = new Set<string>();
  const wrongCounts: number[] = [];
  let token = '';
  for (let page = 1; ; page++) {
    const more = token === '' ? '' : `&continue=${encodeURIComponent(token)}`;
    const { code, body, text } = await client.get(`${ALL}?limit=${PAGE}${more}`, PLAIN);
    if (code !== 200) throw new Error(text);
    names.push(...body.items.map(({ metadata }) => metadata.name ?? ''));
    revisions.add(body.metadata.resourceVersion ?? '');
    if ((body.metadata.remainingItemCount ?? 0) !== MANY - names.length) wrongCounts.push(page);
    token = body.metadata.continue ?? '';
    if (token === '') return { names, revisions: revisions.size, wrongCounts, pages: page };
    await between(page);
  }
}

const wanted = Array.from({ length: MANY }, (_, index) => nameOf(index));
const whole = { names: wanted, revisions: 1, wrongCounts: [], pages: MANY / PAGE };

test.serial('50,000 objects over HTTP: page by page, while the kind changes, and as a whole', async (t) => {
  const store = createMemoryStore();
  await fill(
    store,
    wanted.map((name, index) => put(namespaceOf(index), name)),
    100,
  );
  const plane = await startTestServer({ store });
  try {
    t.deepEqual(await walk(plane.url), whole);
    // The first page comes from the cache, all others from the store's history.
    const changed = await walk(plane.url, async (page) => {
      const gone: Write = { type: 'delete', key: put(namespaceOf(MANY - page), nameOf(MANY - page)).key };
      await store.commit({ conditions: [], writes: [gone, put('a', `m-new-${page}`)] });
    });
    t.deepEqual(changed, whole);
    const { body } = await testClient(plane.url).get(ALL, PLAIN);
    t.is(body.items.length, MANY);
    t.is(body.metadata.continue, undefined);
    await expires(t, plane, store);
  } finally {
    await plane.stop();
  }
});

async function expires(
  t: { is: (actual: unknown, expected: unknown) => unknown; regex: (text: string, says: RegExp) => unknown },
  plane: ControlPlane,
  store: Store,
): Promise<void> {
  const client = testClient(plane.url);
  const token = encodeURIComponent((await client.get(`${ALL}?limit=1`)).body.metadata.continue ?? '');
  await store.commit({ conditions: [], writes: [put('a', 'last')] });
  await store.compact(await store.currentRevision());
  const { code, body } = await client.get(`${ALL}?limit=1&continue=${token}`);
  t.is(code, 410);
  t.is(body['reason'], 'Expired');
  t.regex(String(body['message']), /start a new list without the continue parameter/);
}

/** The answer, whose body nobody reads yet. */
function open(url: string, accept: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request(url, { headers: { accept, ...PLAIN }, agent: false }, resolve);
    call.once('error', reject);
    call.end();
  });
}

async function bytesSent(url: string): Promise<number> {
  const { text } = await testClient(url).get('/metrics');
  return Number(/^gantry_server_bytes_sent_total (\d+)/m.exec(text)?.[1] ?? Number.NaN);
}

const BIG_COUNT = 300;
const BIG_CHARS = 200_000;
/** What fits into the buffers of two sockets and of the server, with room to spare. */
const UNREAD_BYTES_MAX = 25_000_000;

test.serial('an unpaged list is made as its client reads, in every form', async (t) => {
  const store = createMemoryStore();
  const data = { text: 'x'.repeat(BIG_CHARS) };
  await fill(
    store,
    Array.from({ length: BIG_COUNT }, (_, index) => put('a', nameOf(index), data)),
    5,
  );
  const revision = await store.currentRevision();
  await fill(store, [put('a', 'zz-later')], 1);
  const plane = await startTestServer({ store });
  try {
    const past = `${plane.url}${ALL}?resourceVersion=${revision}&resourceVersionMatch=Exact`;
    const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const forms: [string, string, string, number][] = [
      [`${plane.url}${ALL}`, 'application/json', 'items', BIG_COUNT + 1],
      [`${plane.url}${ALL}?pretty=true`, 'application/json', 'items', BIG_COUNT + 1],
      [`${plane.url}${ALL}?includeObject=Object`, table, 'rows', BIG_COUNT + 1],
      [past, 'application/json', 'items', BIG_COUNT],
    ];
    for (const [url, accept, field, count] of forms) {
      const before = await bytesSent(plane.url);
      const answer = await open(url, accept);
      // However often others are served meanwhile, what is not read is not made.
      for (let round = 0; round < 20; round++) {
        t.true((await bytesSent(plane.url)) - before < UNREAD_BYTES_MAX, url);
      }
      let text = '';
      for await (const chunk of answer.setEncoding('utf8')) text += chunk as string;
      const body = JSON.parse(text) as TestBody;
      t.is((body[field] as unknown[]).length, count, url);
      t.true(text.length > BIG_COUNT * BIG_CHARS);
    }
  } finally {
    await plane.stop();
  }
});

test.serial('a list whose past is forgotten amid it breaks off: no short list looks whole', async (t) => {
  const store = createMemoryStore();
  const data = { text: 'x'.repeat(20_000) };
  await fill(
    store,
    Array.from({ length: 3_000 }, (_, index) => put('a', nameOf(index), data)),
    50,
  );
  const revision = await store.currentRevision();
  await fill(store, [put('a', 'zz-later')], 1);
  const plane = await startTestServer({ store });
  try {
    const answer = await open(
      `${plane.url}${ALL}?resourceVersion=${revision}&resourceVersionMatch=Exact`,
      'application/json',
    );
    t.is(answer.statusCode, 200);
    await store.compact(await store.currentRevision());
    await t.throwsAsync(async () => {
      for await (const chunk of answer) t.truthy(chunk);
    });
    t.false(answer.complete);
    t.is((await testClient(plane.url).get(`${ALL}?limit=1`)).code, 200);
  } finally {
    await plane.stop();
  }
});
