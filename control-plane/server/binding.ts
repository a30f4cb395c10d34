// pods/binding: how a scheduler outside this process puts a pod on a node. Once only.
import { isGated, type Pod } from '@gantry/api/kinds/pod';
import type { AnyObject } from '@gantry/api/meta';
import { badRequest, conflict, successStatus } from '@gantry/api/status-error';
import { readPath, withPath } from '../resources/field-path.ts';
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import { parseBody } from './request-body.ts';
import { recordOf, writeContext } from './write-options.ts';

const NODE_NAME = 'spec.nodeName';

/** Answers POST of a Binding. */
export async function answerBinding(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const { definition, info } = exchange;
  const sent = recordOf(parseBody(await exchange.readBody()), 'the body');
  const target = recordOf(sent['target'], 'target');
  const node = target['name'];
  if (typeof node !== 'string' || node === '') throw badRequest('target.name must name a node');
  if (target['kind'] !== undefined && target['kind'] !== '' && target['kind'] !== 'Node') {
    throw badRequest('target.kind must be Node');
  }
  const bind = (current: AnyObject): AnyObject => {
    const present = readPath(current, NODE_NAME);
    if (typeof present === 'string' && present !== '') {
      throw conflict(definition, info.name, `pod ${info.name} is already assigned to node "${present}"`);
    }
    if (current.metadata.deletionTimestamp !== undefined) {
      throw conflict(
        definition,
        info.name,
        `pod ${info.name} is being deleted, cannot be assigned to a host`,
      );
    }
    if (isGated(current as Pod)) {
      throw conflict(definition, info.name, `pod ${info.name} has non-empty .spec.schedulingGates`);
    }
    return withPath(current, NODE_NAME, node) as AnyObject;
  };
  await deps.resources.update(definition, info, 'main', bind, writeContext(exchange));
  return valueAnswer({ ...successStatus(), code: 201 }, 201);
}
