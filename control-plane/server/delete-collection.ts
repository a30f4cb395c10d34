// DELETE of all objects of a kind that the selectors name, each by the rules of a single deletion.
import type { AnyObject } from '@gantry/api/meta';
import { keyOf } from '@gantry/api/meta';
import { isConflict, isNotFound } from '@gantry/api/status-error';
import type { DeleteOptions, WriteContext } from '../resources/resources.ts';
import { sentDeleteOptions } from './delete-options.ts';
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { DELETE_CONCURRENCY } from './limits.ts';
import { readPage } from './list.ts';
import { presentList } from './present.ts';
import { writeContext } from './write-options.ts';

/** Answers with the list of what was asked to go. */
export async function answerDeleteCollection(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const { options, dryRun } = await sentDeleteOptions(exchange);
  const context = { ...writeContext(exchange), dryRun };
  const { rest = [], ...page } = await readPage(deps, exchange);
  const items = [...page.items];
  for await (const more of rest) items.push(...more);
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    // Shared by all workers, so not ended by the first that is done.
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      await deleteOne(deps, exchange, next.value, options, context);
    }
  };
  await Promise.all(Array.from({ length: DELETE_CONCURRENCY }, worker));
  return presentList(deps, exchange, { ...page, items });
}

/** What has gone or was made anew in the meantime is no longer what was listed. */
async function deleteOne(
  deps: ServerDeps,
  { definition }: ResourceExchange,
  object: AnyObject,
  options: DeleteOptions,
  context: WriteContext,
): Promise<void> {
  const { uid } = object.metadata;
  const listed = uid === undefined ? {} : { preconditions: { uid, ...options.preconditions } };
  try {
    await deps.resources.delete(definition, keyOf(object), { ...options, ...listed }, context);
  } catch (error) {
    const isAsked = options.preconditions !== undefined;
    if (!isNotFound(error) && (isAsked || !isConflict(error))) throw error;
  }
}
