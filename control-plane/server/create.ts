// POST to a collection.
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { presentObject } from './present.ts';
import { sentObject } from './sent-object.ts';
import { writeContext } from './write-options.ts';

/** Answers a creation. */
export async function answerCreate(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const context = writeContext(exchange);
  const object = await sentObject(exchange, context);
  return presentObject(
    deps,
    exchange,
    await deps.resources.create(exchange.definition, object, context),
    201,
  );
}
