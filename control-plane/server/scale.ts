// The scale subresource: one small object over the counts of any kind that has them.
import type { ScalePaths } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { formatLabelSelector, fromLabelSelectorObject } from '@gantry/api/label-selector';
import type { LabelSelectorObject } from '@gantry/api/label-selector';
import { applyPatch } from '@gantry/api/patch/apply-patch';
import type { Patchable } from '@gantry/api/patch/apply-patch';
import { badRequest, invalid, notFound } from '@gantry/api/status-error';
import { readPath, withPath } from '../resources/field-path.ts';
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import { freshen } from './freshen.ts';
import { patchTypeOf } from './patch.ts';
import { getFreshness } from './read-options.ts';
import { parseBody, parseJson, textOf, wrongMediaType } from './request-body.ts';
import { scaleSchema } from './scale-schema.ts';
import { recordOf, writeContext } from './write-options.ts';

const SCALE: Patchable = {
  schema: scaleSchema,
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  resource: 'scales',
};

/** The scale of an object. */
export function scaleOf(paths: ScalePaths, object: AnyObject): AnyObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const metadata = Object.entries({ name, namespace, uid, resourceVersion, creationTimestamp });
  const selector = readPath(object, paths.selector) as LabelSelectorObject | undefined;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: Object.fromEntries(metadata.filter(([, value]) => value !== undefined)),
    spec: { replicas: readPath(object, paths.specReplicas) ?? 1 },
    status: {
      replicas: readPath(object, paths.statusReplicas) ?? 0,
      ...(selector === undefined ? {} : { selector: formatLabelSelector(fromLabelSelectorObject(selector)) }),
    },
  };
}

function pathsOf({ definition, info }: ResourceExchange): ScalePaths {
  const paths = definition.subresources.scale;
  if (paths === undefined) throw notFound(definition, info.name);
  return paths;
}

/** Answers GET. */
export async function answerGetScale(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const { definition, info, query, signal } = exchange;
  await freshen(deps.cache, getFreshness(query), signal);
  const object = deps.cache.get(definition, info);
  if (object === undefined) throw notFound(definition, info.name);
  return valueAnswer(scaleOf(pathsOf(exchange), object));
}

/** Answers PUT. */
export async function answerUpdateScale(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const sent = recordOf(parseBody(await exchange.readBody()), 'the body');
  return changeScale(deps, exchange, () => sent);
}

/** Answers PATCH. */
export async function answerPatchScale(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const body = await exchange.readBody();
  const type = patchTypeOf(body);
  if (type === 'apply')
    throw wrongMediaType(body.mediaType, ['application/merge-patch+json', 'application/json-patch+json']);
  const patch = parseJson(textOf(body.bytes));
  return changeScale(deps, exchange, (scale) => applyPatch(SCALE, scale, type, patch));
}

async function changeScale(
  deps: ServerDeps,
  exchange: ResourceExchange,
  change: (scale: AnyObject) => Record<string, unknown>,
): Promise<Answer> {
  const { definition, info } = exchange;
  const paths = pathsOf(exchange);
  const toScale = (current: AnyObject): AnyObject => {
    const scale = change(scaleOf(paths, current));
    const replicas = replicasOf(info.name, scale);
    const object = withPath(current, paths.specReplicas, replicas) as AnyObject;
    return { ...object, metadata: { ...object.metadata, ...stated(scale) } };
  };
  const object = await deps.resources.update(definition, info, 'scale', toScale, writeContext(exchange));
  return valueAnswer(scaleOf(paths, object));
}

/** What the sender says about the object's identity and state becomes a condition. */
function stated(scale: Record<string, unknown>): { name?: string; uid?: string; resourceVersion?: string } {
  const { name, uid, resourceVersion } = recordOf(scale['metadata'] ?? {}, 'metadata');
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
  };
}

function replicasOf(name: string, scale: Record<string, unknown>): number {
  const replicas = recordOf(scale['spec'] ?? {}, 'spec')['replicas'] ?? 0;
  if (typeof replicas !== 'number' || !Number.isSafeInteger(replicas)) {
    throw badRequest('spec.replicas of a Scale must be a whole number');
  }
  if (replicas >= 0) return replicas;
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  throw invalid(SCALE, name, [{ path: 'spec.replicas', reason: 'FieldValueInvalid', message }]);
}
