// `…/timeline`: what happened, as one causal order. Who may read an object may read what happened to it, and nobody else.
import { apiVersionOf } from '@gantry/api/definition';
import { parseDuration } from '@gantry/api/duration';
import { collectionPathOf, groupVersionPath } from '@gantry/api/paths';
import { findByWord, findKind } from '@gantry/api/registry';
import { badRequest } from '@gantry/api/status-error';
import { timelineResource, type TimelineEntry, type TimelineList } from '@gantry/api/timeline/timeline-entry';
import { REPLICA_PLANS_PATH } from '../timeline/other-replicas.ts';
import { namespaceScope, objectScope, type ScopeTarget } from '../timeline/scope.ts';
import type { TimelineQuery } from '../timeline/timeline.ts';
import type { ServerDeps } from './deps.ts';
import type { Answer, Exchange } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import { readOf } from './explanation-routes.ts';
import { TIMELINE_ENTRIES_DEFAULT, TIMELINE_ENTRIES_MAX } from './limits.ts';
import type { PathHandler } from './path-routes.ts';
import { authorize } from './permit.ts';
import { serveTimelineWatch } from './timeline-watch.ts';

type Deps = Pick<
  ServerDeps,
  'cache' | 'clock' | 'explanations' | 'metrics' | 'random' | 'security' | 'stopping' | 'timeline'
>;

const NOT_LEADING =
  'this replica does not lead and knows no other one to ask (--advertise-address): plans of the leader are missing';

/** Adds the routes: of all namespaces with cluster-wide objects, and of one namespace. */
export function timelineRoutes(get: (path: string, handler: PathHandler) => void, deps: Deps): void {
  get(collectionPathOf(timelineResource), (exchange) => answer(deps, exchange, ''));
  get(
    `${groupVersionPath(timelineResource)}/namespaces/:namespace/${timelineResource.resource}`,
    (exchange, { namespace = '' }) => answer(deps, exchange, namespace),
  );
  get(REPLICA_PLANS_PATH, ({ query }) => {
    const since = query.get('since');
    const asked = { namespace: query.get('namespace') ?? '', sinceMs: Number(since ?? 0) };
    if (!Number.isFinite(asked.sinceMs)) throw badRequest(`since must be in milliseconds, not "${since}"`);
    return valueAnswer(deps.timeline.plansMadeHere(asked));
  });
}

async function answer(deps: Deps, exchange: Exchange, namespace: string): Promise<Answer> {
  const ask = queryOf(deps, exchange, namespace);
  if (exchange.info.verb === 'watch') {
    return { type: 'stream', run: (response) => serveTimelineWatch(deps, exchange, ask, response) };
  }
  const { entries, clocks, warnings, replicas } = await deps.timeline.answer(ask());
  if (replicas === 0 && !deps.explanations.leads()) exchange.warn(NOT_LEADING);
  for (const warning of warnings) exchange.warn(warning);
  const list: TimelineList = {
    kind: 'TimelineEntryList',
    apiVersion: apiVersionOf(timelineResource),
    ...{ metadata: {}, clocks, items: entries },
  };
  return valueAnswer(list);
}

/** Reads the query once; what it asks about is looked up each time. @throws StatusError 400, 403. */
function queryOf(deps: Deps, exchange: Exchange, namespace: string): () => TimelineQuery {
  const { query, signal } = exchange;
  const target = targetOf(query.get('for') ?? '', namespace);
  const limit = limitOf(query.get('limit'));
  const sinceMs = sinceOf(query.get('since'), deps.clock.nowMs());
  if (target !== undefined)
    authorize(deps.security, exchange.user, readOf(exchange, target.definition, target));
  const within = target === undefined || target.definition.namespaced ? namespace : '';
  const mayRead = reader(deps, exchange);
  return () => ({
    ...{ namespace: within, sinceMs, limit, mayRead, signal },
    scope: target === undefined ? namespaceScope(namespace) : objectScope(deps.cache, target),
  });
}

/** `rollout/web`, `deployment.apps/web`, `node/n1`. */
function targetOf(text: string, namespace: string): ScopeTarget | undefined {
  if (text === '') return undefined;
  const [, word = '', name = ''] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  const [definition] = name === '' ? [] : findByWord(word);
  if (definition === undefined)
    throw badRequest(`for must be TYPE/NAME of a type that is served, not "${text}"`);
  if (definition.namespaced && namespace === '') {
    throw badRequest(
      `for=${text} needs a namespace: ask …/namespaces/NAMESPACE/${timelineResource.resource}`,
    );
  }
  return { definition, namespace: definition.namespaced ? namespace : '', name };
}

function limitOf(text: string | null): number {
  if (text === null || text === '') return TIMELINE_ENTRIES_DEFAULT;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return Math.min(limit, TIMELINE_ENTRIES_MAX);
  throw badRequest(`limit must be a whole number from 1 to ${TIMELINE_ENTRIES_MAX}, not "${text}"`);
}

/** `10m`: so long ago; or a time. */
function sinceOf(text: string | null, nowMs: number): number {
  if (text === null || text === '') return 0;
  const agoMs = parseDuration(text);
  if (agoMs !== undefined && agoMs >= 0) return nowMs - agoMs;
  const time = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw badRequest(`since must be a duration like 10m or a time, not "${text}"`);
  return time;
}

/** Asks once for each object of an answer. */
function reader({ security }: Deps, exchange: Exchange): TimelineQuery['mayRead'] {
  const known = new Map<string, boolean>();
  return ({ object: { apiVersion, kind, namespace = '', name } }: Pick<TimelineEntry, 'object'>) => {
    const key = `${apiVersion} ${kind} ${namespace}/${name}`;
    const told = known.get(key);
    if (told !== undefined) return told;
    const definition = findKind(apiVersion, kind);
    const may =
      definition !== undefined &&
      security.authorize(exchange.user, readOf(exchange, definition, { namespace, name })).allowed;
    if (known.size < TIMELINE_ENTRIES_MAX) known.set(key, may);
    return may;
  };
}
