// GET of one object, as fresh as asked for.
import { notFound } from '@gantry/api/status-error';
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { freshen } from './freshen.ts';
import { presentObject } from './present.ts';
import { getFreshness } from './read-options.ts';

/** Answers a get. */
export async function answerGet(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const { definition, info, query, signal } = exchange;
  await freshen(deps.cache, getFreshness(query), signal);
  const object = deps.cache.get(definition, info);
  if (object === undefined) throw notFound(definition, info.name);
  return presentObject(deps, exchange, object);
}
