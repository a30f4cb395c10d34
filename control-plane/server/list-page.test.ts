import test from 'ava';
import type { KindDefinition } from '@gantry/api/definition';
import { configMapKind } from '@gantry/api/kinds/config-map';
import type { AnyObject, ObjectKey } from '@gantry/api/meta';
import { isExpired } from '@gantry/api/status-error';
import { KindStorage } from '../cache/kind-storage.ts';
import { storePrefixOf } from '../resources/object-key.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store, Write } from '../store/store.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { SCAN_OBJECTS, STORE_PAGE_SIZE } from './limits.ts';
import { pageFromCache, pageKey } from './list-page.ts';
import type { ListedCache, ListPage, PageQuery } from './list-page.ts';
import { listPieces } from './list-text.ts';
import { pageFromStore } from './past-page.ts';
import { selectionOf } from './read-options.ts';

const kind = configMapKind as unknown as KindDefinition;
const MILLION = 1_000_000;
const PAGE = 500;
const { signal } = new AbortController();
/** In the order of the store's keys, in which `a-b/` comes before `a/`. */
const NAMESPACES = ['a-b', 'a', 'b'];

function small(index: number, total: number): AnyObject {
  const namespace = NAMESPACES[Math.floor((index * NAMESPACES.length) / total)] ?? '';
  const name = `m${String(index).padStart(7, '0')}`;
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, labels: { app: 'many' } } };
}

function queryOf(options: Record<string, string> = {}, more: Partial<PageQuery> = {}): PageQuery {
  const selection = selectionOf(kind, new URLSearchParams(options));
  return { definition: kind, namespace: '', selection, ...more };
}

/** A kind of a million objects as the cache holds it, and how many of them a reader has looked at. */
function millionObjects(): { cache: ListedCache; looked: () => number } {
  const storage = new KindStorage(kind, []);
  for (let index = 0; index < MILLION; index++) {
    const object = small(index, MILLION);
    storage.put(pageKey(object), object);
  }
  let count = 0;
  const counted = new Proxy(storage.list() as AnyObject[], {
    get(target, field) {
      if (typeof field === 'string' && field !== 'length' && Number.isInteger(Number(field))) count++;
      return Reflect.get(target, field) as unknown;
    },
  });
  const cache = {
    revision: 7,
    get: (_definition: KindDefinition, key: ObjectKey) => storage.get(`${key.namespace}/${key.name}`),
    list: (_definition: KindDefinition, namespace = '') =>
      namespace === '' ? counted : storage.list(namespace),
  } as ListedCache;
  return { cache, looked: () => count };
}

const million = millionObjects();

test.serial(
  'a million objects, page by page: each once, in order, at one revision, for the price of the pages',
  async (t) => {
    const before = million.looked();
    let from: PageQuery['from'];
    let seen = 0;
    let pages = 0;
    do {
      const page: ListPage = await pageFromCache(
        million.cache,
        queryOf({}, { limit: PAGE, ...(from && { from }) }),
        signal,
      );
      const wrong = page.items.findIndex(({ metadata }, index) => {
        return metadata.name !== small(seen + index, MILLION).metadata.name;
      });
      if (wrong >= 0) t.fail(`object ${seen + wrong} is ${pageKey(page.items[wrong] as AnyObject)}`);
      seen += page.items.length;
      pages++;
      const left = MILLION - seen;
      if (page.revision !== 7 || page.remaining !== (left === 0 ? undefined : left)) t.fail(`page ${pages}`);
      // As a client has it: through the token.
      from = page.next === undefined ? undefined : decodeContinue(encodeContinue(page.next));
    } while (from !== undefined);
    t.deepEqual([seen, pages], [MILLION, MILLION / PAGE]);
    // Each object once, and for each page a search for its beginning.
    t.true(million.looked() - before <= MILLION + pages * 22, `${million.looked() - before}`);
  },
);

test.serial(
  'a million objects as a whole are neither copied nor looked at before they are written',
  async (t) => {
    const before = million.looked();
    const page = await pageFromCache(million.cache, queryOf(), signal);
    t.is(page.items, million.cache.list(kind));
    let rendered = 0;
    const parts = {
      head: { kind: 'ConfigMapList' },
      field: 'items' as const,
      style: 'json' as const,
      jsonOf: (item: object) => {
        rendered++;
        return JSON.stringify(item);
      },
      shown: (object: AnyObject) => object,
    };
    const pieceChars = 10_000;
    const pieces = listPieces(parts, page, pieceChars) as Iterable<string>;
    const each = pieces[Symbol.iterator]();
    for (let count = 1; count <= 3; count++) {
      const piece = each.next().value ?? '';
      t.true(piece.length >= pieceChars && piece.length < pieceChars + 200);
      t.true(rendered <= (count * (pieceChars + 200)) / 80, 'what nobody has taken is not made');
    }
    t.true(million.looked() - before <= rendered + 1);
  },
);

test.serial('a selector that matches nothing of a million lets others run all the while', async (t) => {
  let turns = 0;
  let running = true;
  const other = (): void => {
    turns++;
    if (running) setImmediate(other);
  };
  setImmediate(other);
  const page = await pageFromCache(
    million.cache,
    queryOf({ labelSelector: 'app=none' }, { limit: PAGE }),
    signal,
  );
  running = false;
  t.deepEqual(page, { items: [], revision: 7 });
  t.true(turns >= MILLION / SCAN_OBJECTS - 1, `${turns} turns`);
});

test.serial('a selector stops where its page is full, and when nobody waits any more', async (t) => {
  const before = million.looked();
  const query = queryOf({ labelSelector: 'app=many' }, { limit: PAGE });
  const page = await pageFromCache(million.cache, query, signal);
  t.is(page.items.length, PAGE);
  t.is(million.looked() - before, PAGE);
  t.is(page.next?.after, 'a-b/m0000499');
  t.is(page.remaining, undefined, 'with a selector nobody knows');
  const leaving = new AbortController();
  const nothing = pageFromCache(million.cache, queryOf({ labelSelector: 'app=none' }), leaving.signal);
  leaving.abort();
  await t.throwsAsync(nothing, { name: 'AbortError' });
  t.true(million.looked() - before <= PAGE + SCAN_OBJECTS);
});

/** A store with `total` objects, which keeps account of what is read. */
async function storeOf(total: number) {
  const store = createMemoryStore();
  const put = (index: number): Write => {
    const object = small(index, total);
    return { type: 'put', key: storePrefixOf(kind) + pageKey(object), value: JSON.stringify(object) };
  };
  for (let index = 0; index < total; index += 100) {
    const writes = Array.from({ length: Math.min(100, total - index) }, (_, each) => put(index + each));
    await store.commit({ conditions: [], writes });
  }
  const revision = await store.currentRevision();
  await store.commit({ conditions: [], writes: [{ type: 'delete', key: put(0).key }] });
  const reads: number[] = [];
  const list: Store['list'] = async (...args) => {
    const page = await store.list(...args);
    reads.push(page.entries.length);
    return page;
  };
  return { store: { list }, reads, revision, compact: (until: number) => store.compact(until) };
}

test.serial('pages of the past read no more of the store than they show', async (t) => {
  const total = 2_300;
  const { store, reads, revision } = await storeOf(total);
  const seen: string[] = [];
  let from: PageQuery['from'];
  do {
    const query = queryOf({}, { limit: 700, ...(from && { from }) });
    const page: ListPage = await pageFromStore(store, query, revision, signal);
    seen.push(...page.items.map(({ metadata }) => metadata.name ?? ''));
    t.is(page.remaining, seen.length === total ? undefined : total - seen.length);
    from = page.next;
  } while (from !== undefined);
  t.deepEqual(
    seen,
    Array.from({ length: total }, (_, index) => small(index, total).metadata.name),
  );
  t.deepEqual(reads, [500, 200, 500, 200, 500, 200, 200]);
});

test.serial(
  'a selector over the past holds one page of the store at a time and lets others run',
  async (t) => {
    const total = 5_000;
    const { store, reads, revision } = await storeOf(total);
    const turns: number[] = [];
    let running = true;
    const other = (): void => {
      turns.push(reads.length);
      if (running) setImmediate(other);
    };
    setImmediate(other);
    const query = queryOf({ labelSelector: 'app=none' }, { limit: 10 });
    t.deepEqual(await pageFromStore(store, query, revision, signal), { items: [], revision });
    running = false;
    t.deepEqual(reads, new Array(total / STORE_PAGE_SIZE).fill(STORE_PAGE_SIZE));
    t.true(new Set(turns).size >= reads.length - 1, 'a turn between any two pages');
  },
);

test.serial(
  'the whole of a past is read while it is taken; a compaction amid it is an error, no short list',
  async (t) => {
    const total = 2_000;
    const { store, reads, revision, compact } = await storeOf(total);
    const page = await pageFromStore(store, queryOf(), revision, signal);
    t.is(page.items.length, STORE_PAGE_SIZE);
    t.is(reads.length, 1);
    const names = page.items.map(({ metadata }) => metadata.name);
    for await (const more of page.rest ?? []) names.push(...more.map(({ metadata }) => metadata.name));
    t.is(new Set(names).size, total);
    const other = await pageFromStore(store, queryOf(), revision, signal);
    await compact(revision + 1);
    const rest = other.rest?.[Symbol.asyncIterator]();
    t.true(isExpired(await t.throwsAsync(async () => rest?.next())));
  },
);
