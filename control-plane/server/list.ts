// LIST: selectors, pages that all show one revision, and the freshness that was asked for.
import { badRequest } from '@gantry/api/status-error';
import { decodeContinue } from './continue-token.ts';
import type { ContinueToken } from './continue-token.ts';
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { freshen } from './freshen.ts';
import { isUnchangedSince, pageFromCache } from './list-page.ts';
import type { ListPage, PageQuery } from './list-page.ts';
import { pageFromStore } from './past-page.ts';
import { presentList } from './present.ts';
import { listFreshness, selectionOf, wholeNumber } from './read-options.ts';

/** Answers a list. */
export async function answerList(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  return presentList(deps, exchange, await readPage(deps, exchange));
}

/** The page that the query asks for. */
export async function readPage(
  deps: Pick<ServerDeps, 'cache' | 'store'>,
  { definition, served, info, query, signal }: ResourceExchange,
): Promise<ListPage> {
  const limit = wholeNumber(query, 'limit');
  // A list ends by itself; what makes no sense is refused all the same.
  wholeNumber(query, 'timeoutSeconds');
  const pageQuery: PageQuery = {
    definition,
    namespace: info.namespace,
    selection: selectionOf(served.definition, query),
    ...(limit === undefined || limit === 0 ? {} : { limit }),
  };
  const text = query.get('continue') ?? '';
  if (text !== '') return nextPage(deps, pageQuery, continueFrom(text, query), signal);
  const freshness = listFreshness(query, pageQuery.limit !== undefined);
  await freshen(deps.cache, freshness, signal);
  if (freshness.type !== 'exact') return pageFromCache(deps.cache, pageQuery, signal);
  return pageAt(deps, pageQuery, freshness.revision, signal);
}

function continueFrom(text: string, query: URLSearchParams): ContinueToken {
  const revision = query.get('resourceVersion') ?? '';
  if (revision !== '' && revision !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  if ((query.get('resourceVersionMatch') ?? '') !== '') {
    throw badRequest('resourceVersionMatch is not allowed when using continue');
  }
  return decodeContinue(text);
}

async function nextPage(
  deps: Pick<ServerDeps, 'cache' | 'store'>,
  query: PageQuery,
  from: ContinueToken,
  signal: AbortSignal,
): Promise<ListPage> {
  await freshen(deps.cache, { type: 'not-older-than', revision: from.revision }, signal);
  return pageAt(deps, { ...query, from }, from.revision, signal);
}

/** The state at `revision`: the cache's where nothing of the kind has changed since. */
async function pageAt(
  deps: Pick<ServerDeps, 'cache' | 'store'>,
  query: PageQuery,
  revision: number,
  signal: AbortSignal,
): Promise<ListPage> {
  if (!isUnchangedSince(deps.cache, query.definition, revision)) {
    return pageFromStore(deps.store, query, revision, signal);
  }
  const page = await pageFromCache(deps.cache, query, signal);
  return { ...page, revision, ...(page.next === undefined ? {} : { next: { ...page.next, revision } }) };
}
