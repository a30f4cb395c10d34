// DELETE of one object: answered with the object while it is ending, with a Status when it is gone.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { successStatus } from '@gantry/api/status-error';
import type { Status } from '@gantry/api/status-error';
import { sentDeleteOptions } from './delete-options.ts';
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import { presentObject } from './present.ts';
import { writeContext } from './write-options.ts';

/** Answers a deletion. */
export async function answerDelete(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const { definition, info } = exchange;
  const { options, dryRun } = await sentDeleteOptions(exchange);
  const context = { ...writeContext(exchange), dryRun };
  const { gone, object } = await deps.resources.delete(definition, info, options, context);
  // A graceful kind answers with the object even when it went at once, as Kubernetes does for pods.
  const showsObject = !gone || definition.gracePeriodSeconds !== undefined;
  return showsObject ? presentObject(deps, exchange, object) : valueAnswer(goneStatus(definition, object));
}

function goneStatus(definition: KindDefinition, { metadata }: AnyObject): Status {
  return successStatus({
    name: metadata.name ?? '',
    ...(definition.group === '' ? {} : { group: definition.group }),
    kind: definition.resource,
    uid: metadata.uid ?? '',
  });
}
