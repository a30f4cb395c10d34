// PUT of an object or of its status.
import { badRequest } from '@gantry/api/status-error';
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { presentObject } from './present.ts';
import { sentObject } from './sent-object.ts';
import { writeContext } from './write-options.ts';

/** Answers an update. */
export async function answerUpdate(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const { definition, info } = exchange;
  const context = writeContext(exchange);
  const sent = await sentObject(exchange, context);
  if ((sent.metadata.name ?? '') === '') throw badRequest('metadata.name of the object is required');
  const part = info.subresource === 'status' ? 'status' : 'main';
  const object = await deps.resources.update(definition, info, part, () => sent, context);
  return presentObject(deps, exchange, object);
}
