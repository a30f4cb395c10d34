// One page of a list, all pages of one list showing the same revision. The present comes from the cache, the
// past from the store's history; both are in the order of the store's keys. A page costs what it looks through.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { NAME_PLACE } from '../cache/audience.ts';
import type { Cache } from '../cache/cache.ts';
import { lowerBound } from '../store/binary-search.ts';
import type { ContinueToken } from './continue-token.ts';
import type { Selection } from './read-options.ts';
import { select } from './select.ts';

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
  /** Present when there may be more. */
  next?: ContinueToken;
  /** How many objects follow; only known without selectors. */
  remaining?: number;
  /** What follows the items of a past that was asked for as a whole: read from the store while it is taken. */
  rest?: AsyncIterable<readonly AnyObject[]>;
}

/** What a page needs of the cache. */
export type ListedCache = Pick<Cache, 'revision' | 'get' | 'list' | 'byIndex'>;

/** The cache's objects of a query, all as of `revision`. */
export interface Snapshot {
  objects: readonly AnyObject[];
  revision: number;
}

/**
 * What the cache holds now, selectors not applied yet. Synchronous, so that objects and revision belong together;
 * nothing is copied, and nothing that happens later shows in it.
 */
export function snapshotOf(cache: ListedCache, { definition, namespace, selection }: PageQuery): Snapshot {
  const { revision } = cache;
  if (selection.name !== undefined && (namespace !== '' || !definition.namespaced)) {
    const object = cache.get(definition, { namespace, name: selection.name });
    return { objects: object === undefined ? [] : [object], revision };
  }
  const { place } = selection;
  if (place !== undefined && place.index !== NAME_PLACE) {
    const there = cache.byIndex(definition, place.index, place.value);
    return {
      objects: namespace === '' ? there : there.filter((each) => each.metadata.namespace === namespace),
      revision,
    };
  }
  return { objects: cache.list(definition, namespace === '' ? undefined : namespace), revision };
}

/** The page as the cache shows it now. */
export async function pageFromCache(
  cache: ListedCache,
  query: PageQuery,
  signal: AbortSignal,
): Promise<ListPage> {
  const { objects, revision } = snapshotOf(cache, query);
  const { limit, selection, from } = query;
  const start = from === undefined ? 0 : lowerBound(objects, (object) => pageKey(object) <= from.after);
  const { items, end } = await select(objects, selection, { start, signal, ...(limit && { limit }) });
  return pageOf(items, from?.revision ?? revision, objects.length - end, selection);
}

/** A page after which the store or the cache has `left` more objects, whether or not they are selected. */
export function pageOf(
  items: readonly AnyObject[],
  revision: number,
  left: number,
  { everything }: Pick<Selection, 'everything'>,
): ListPage {
  const last = items.at(-1);
  if (left === 0 || last === undefined) return { items, revision };
  const next = { revision, after: pageKey(last) };
  return { items, revision, next, ...(everything ? { remaining: left } : {}) };
}

/** The key below the kind's prefix: `namespace/name`, or `name`. */
export function pageKey({ metadata }: AnyObject): string {
  const { namespace = '', name = '' } = metadata;
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** Whether the cache still shows the kind as it was at `revision`. */
export function isUnchangedSince(cache: Cache, definition: KindDefinition, revision: number): boolean {
  if (cache.revision < revision) return false;
  const events = cache.eventsAfter(definition, revision);
  return events !== undefined && (events.at(-1)?.revision ?? 0) <= revision;
}
