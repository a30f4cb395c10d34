// pods/eviction: how `kubectl drain` asks a pod to go. Without disruption budgets every eviction is granted.
import { keyOf } from '@gantry/api/meta';
import { badRequest, successStatus } from '@gantry/api/status-error';
import { deleteOptionsOf } from './delete-options.ts';
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import { parseBody } from './request-body.ts';
import { recordOf, writeContext } from './write-options.ts';

/** Answers POST of a policy/v1 Eviction. */
export async function answerEviction(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const { definition, info, query } = exchange;
  const sent = recordOf(parseBody(await exchange.readBody()), 'the body');
  if (sent['kind'] !== undefined && sent['kind'] !== 'Eviction')
    throw badRequest('the body must be of kind Eviction');
  const { name } = keyOf({ metadata: recordOf(sent['metadata'] ?? {}, 'metadata') });
  if (name !== '' && name !== info.name) {
    throw badRequest(`the name of the eviction (${name}) does not match the pod on the URL (${info.name})`);
  }
  const { options, dryRun } = deleteOptionsOf(recordOf(sent['deleteOptions'] ?? {}, 'deleteOptions'), query);
  const context = { ...writeContext(exchange), dryRun };
  await deps.resources.delete(definition, info, options, context);
  return valueAnswer({ ...successStatus(), code: 201 }, 201);
}
