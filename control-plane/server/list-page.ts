// One page of a list, all pages of one list showing the same revision. The present comes from the cache, the
// past from the store's history.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { expired } from '@gantry/api/status-error';
import { codeOf } from '@gantry/kit/operational-error';
import type { Cache } from '../cache/cache.ts';
import { objectOf, storePrefixOf } from '../resources/object-key.ts';
import type { Page, Store } from '../store/store.ts';
import type { ContinueToken } from './continue-token.ts';
import { STORE_PAGE_SIZE } from './limits.ts';
import type { Selection } from './read-options.ts';

/** What is asked for. */
export interface PageQuery {
  definition: KindDefinition;
  /** Empty for all. */
  namespace: string;
  selection: Selection;
  /** Absent for everything at once. */
  limit?: number;
  /** Absent for the first page. */
  from?: ContinueToken;
}

/** A page. */
export interface ListPage {
  items: readonly AnyObject[];
  revision: number;
  /** Present when there is more. */
  next?: ContinueToken;
  /** How many objects follow; only known without selectors. */
  remaining?: number;
}

/** The page as the cache shows it now. Synchronous, so that items and revision belong together. */
export function pageFromCache(cache: Cache, query: PageQuery): ListPage {
  const { limit, selection, from } = query;
  const { revision } = cache;
  const all = selected(cache, query);
  if (limit === undefined && from === undefined) return { items: all, revision };
  const ordered = inKeyOrder(query.definition, all);
  const start = from === undefined ? 0 : firstAfter(ordered, from.after);
  const items = ordered.slice(start, limit === undefined ? undefined : start + limit);
  const left = ordered.length - start - items.length;
  return page(items, from?.revision ?? revision, left, selection.everything ? left : undefined);
}

function page(
  items: readonly AnyObject[],
  revision: number,
  left: number,
  remaining: number | undefined,
): ListPage {
  const last = items.at(-1);
  if (left === 0 || last === undefined) return { items, revision };
  const next = { revision, after: pageKey(last) };
  return { items, revision, next, ...(remaining === undefined ? {} : { remaining }) };
}

function selected(cache: Cache, { definition, namespace, selection }: PageQuery): readonly AnyObject[] {
  if (selection.name !== undefined && (namespace !== '' || !definition.namespaced)) {
    const object = cache.get(definition, { namespace, name: selection.name });
    return object !== undefined && selection.matches(object) ? [object] : [];
  }
  const all = cache.list(definition, namespace === '' ? undefined : namespace);
  return selection.everything ? all : all.filter((object) => selection.matches(object));
}

/** The key below the kind's prefix: `namespace/name`, or `name`. */
export function pageKey({ metadata }: AnyObject): string {
  const { namespace = '', name = '' } = metadata;
  return namespace === '' ? name : `${namespace}/${name}`;
}

/**
 * The order of the store's keys. The cache orders by namespace, then name; the store by the text of the key,
 * in which `a-b/x` comes before `a/x`. Pages must agree, wherever they come from.
 */
function inKeyOrder(definition: KindDefinition, objects: readonly AnyObject[]): readonly AnyObject[] {
  if (!definition.namespaced) return objects;
  const groups = new Map<string, AnyObject[]>();
  for (const object of objects) {
    const prefix = `${object.metadata.namespace ?? ''}/`;
    const group = groups.get(prefix);
    if (group === undefined) groups.set(prefix, [object]);
    else group.push(object);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, group]) => group);
}

function firstAfter(ordered: readonly AnyObject[], after: string): number {
  const index = ordered.findIndex((object) => pageKey(object) > after);
  return index < 0 ? ordered.length : index;
}

/** Whether the cache still shows the kind as it was at `revision`. */
export function isUnchangedSince(cache: Cache, definition: KindDefinition, revision: number): boolean {
  if (cache.revision < revision) return false;
  const events = cache.eventsAfter(definition, revision);
  return events !== undefined && events.every((event) => event.revision <= revision);
}

/**
 * The page as of a past revision.
 *
 * @throws StatusError 410 when the store no longer keeps that revision.
 */
export async function pageFromStore(
  store: Pick<Store, 'list'>,
  query: PageQuery,
  revision: number,
  signal: AbortSignal,
): Promise<ListPage> {
  const { definition, namespace, selection, limit = Number.POSITIVE_INFINITY } = query;
  const root = storePrefixOf(definition);
  const items: AnyObject[] = [];
  let after = query.from?.after;
  for (;;) {
    const size = Math.min(STORE_PAGE_SIZE, selection.everything ? limit - items.length : STORE_PAGE_SIZE);
    const options = {
      limit: size,
      revision,
      signal,
      ...(after === undefined ? {} : { startAfter: root + after }),
    };
    const read = await listAt(store, storePrefixOf(definition, namespace), options);
    for (const [index, entry] of read.entries.entries()) {
      const object = objectOf(entry);
      if (!selection.matches(object)) continue;
      items.push(object);
      if (items.length < limit) continue;
      const left = read.count - index - 1;
      return page(items, revision, left, selection.everything ? left : undefined);
    }
    after = read.entries.at(-1)?.key.slice(root.length) ?? after;
    if (!read.more) return { items, revision };
  }
}

async function listAt(
  store: Pick<Store, 'list'>,
  prefix: string,
  options: NonNullable<Parameters<Store['list']>[1]>,
): Promise<Page> {
  try {
    return await store.list(prefix, options);
  } catch (error) {
    if (codeOf(error) === 'store-compacted') throw tooOld();
    throw error;
  }
}

function tooOld(): Error {
  return expired(
    'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
  );
}
