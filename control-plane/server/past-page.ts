// Pages of a past revision, from the store's history. At most a page of the store and the page asked for are in
// memory at once; between two pages of the store others get their turn.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AnyObject } from '@gantry/api/meta';
import { expired } from '@gantry/api/status-error';
import { codeOf } from '@gantry/kit/operational-error';
import { objectOf, storePrefixOf } from '../resources/object-key.ts';
import type { Page, Store } from '../store/store.ts';
import { STORE_PAGE_SIZE } from './limits.ts';
import { pageOf } from './list-page.ts';
import type { ListPage, PageQuery } from './list-page.ts';

type Lister = Pick<Store, 'list'>;

/**
 * The page as of a past revision. Without a limit the first objects, and the rest for whoever takes it.
 *
 * @throws StatusError 410 when the store no longer keeps that revision.
 */
export async function pageFromStore(
  store: Lister,
  query: PageQuery,
  revision: number,
  signal: AbortSignal,
): Promise<ListPage> {
  const { selection, limit } = query;
  const pages = storePages(store, query, revision, signal);
  if (limit === undefined) return everything(pages, query, revision);
  const items: AnyObject[] = [];
  for await (const { entries, count } of pages) {
    for (const [index, entry] of entries.entries()) {
      const object = objectOf(entry);
      if (!selection.matches(object)) continue;
      if (items.push(object) === limit) return pageOf(items, revision, count - index - 1, selection);
    }
  }
  return { items, revision };
}

async function everything(
  pages: AsyncGenerator<Page>,
  { selection }: PageQuery,
  revision: number,
): Promise<ListPage> {
  const matching = ({ entries }: Page): AnyObject[] =>
    entries.map(objectOf).filter((object) => selection.matches(object));
  // The first page is read before the answer begins: a revision that is no longer kept is a 410 then.
  const first = await pages.next();
  if (first.done === true) return { items: [], revision };
  const items = matching(first.value);
  if (!first.value.more) return { items, revision };
  const rest = async function* (): AsyncGenerator<readonly AnyObject[]> {
    for await (const page of pages) yield matching(page);
  };
  return { items, revision, rest: rest() };
}

async function* storePages(
  store: Lister,
  { definition, namespace, selection, limit, from }: PageQuery,
  revision: number,
  signal: AbortSignal,
): AsyncGenerator<Page, undefined, undefined> {
  const root = storePrefixOf(definition);
  const prefix = storePrefixOf(definition, namespace);
  let startAfter = from === undefined ? undefined : root + from.after;
  let wanted = selection.everything ? (limit ?? STORE_PAGE_SIZE) : STORE_PAGE_SIZE;
  for (;;) {
    const options = { limit: Math.min(STORE_PAGE_SIZE, wanted), revision, signal };
    const page = await listAt(store, prefix, { ...options, ...(startAfter !== undefined && { startAfter }) });
    yield page;
    startAfter = page.entries.at(-1)?.key;
    if (!page.more || startAfter === undefined) return;
    if (limit !== undefined && selection.everything) wanted -= page.entries.length;
    await nextTurn(undefined, { signal });
  }
}

async function listAt(
  store: Lister,
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
