// PATCH of an object or of its status, in the four patch types.
import type { PatchType } from '@gantry/api/client';
import type { AnyObject } from '@gantry/api/meta';
import { applyDeclared, applyPatch } from '@gantry/api/patch/apply-patch';
import { badRequest, isAlreadyExists, isNotFound } from '@gantry/api/status-error';
import { admitShape } from '@gantry/api/validate';
import { admittedShape, reportUnknownFields } from '../resources/admitted-shape.ts';
import type { WriteContext } from '../resources/resources.ts';
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { presentObject } from './present.ts';
import { parseJson, parseYaml, textOf, wrongMediaType } from './request-body.ts';
import type { RequestBody } from './request-body.ts';
import { flagOf } from './read-options.ts';
import { objectOfKind } from './sent-object.ts';
import { recordOf, writeContext } from './write-options.ts';

/** Media types of patches; what names none is taken for a merge of JSON. */
const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** Fields are owned by their stored names, so forms of a kind with other fields are not applied. */
const JSON_PATCH_TYPES = Object.keys(PATCH_TYPES).filter((type) => PATCH_TYPES[type] !== 'apply');

/** @throws StatusError 415 for other types. */
export function patchTypeOf({ mediaType }: RequestBody): PatchType {
  const type = PATCH_TYPES[mediaType];
  if (type === undefined) throw wrongMediaType(mediaType, Object.keys(PATCH_TYPES));
  return type;
}

/** Answers a patch. */
export async function answerPatch(deps: ServerDeps, exchange: ResourceExchange): Promise<Answer> {
  const context = writeContext(exchange);
  const body = await exchange.readBody();
  const type = patchTypeOf(body);
  if (type === 'apply' && exchange.served.hasOwnFields) {
    throw wrongMediaType(body.mediaType, JSON_PATCH_TYPES);
  }
  if (type === 'apply') return answerApply(deps, exchange, context, body);
  if (exchange.query.has('force')) throw badRequest('force is only meant for apply patches');
  const { definition, served, info } = exchange;
  const patch = parseJson(textOf(body.bytes));
  const change = (current: AnyObject): AnyObject => {
    const patched = applyPatch(served.definition, served.show(current), type, patch);
    return served.isOther ? served.store(admittedShape(served.definition, patched, context)) : patched;
  };
  return presentObject(
    deps,
    exchange,
    await deps.resources.update(definition, info, partOf(exchange), change, context),
  );
}

const partOf = ({ info }: ResourceExchange): 'main' | 'status' =>
  info.subresource === 'status' ? 'status' : 'main';

/** Server-side apply: changes what is there, or creates it. */
async function answerApply(
  deps: ServerDeps,
  exchange: ResourceExchange,
  asked: WriteContext,
  body: RequestBody,
): Promise<Answer> {
  const { definition, info, query } = exchange;
  if ((query.get('fieldManager') ?? '') === '') throw badRequest('fieldManager is required for apply patch');
  const applied = appliedDocument(exchange, parseYaml(textOf(body.bytes)));
  reportUnknownFields(definition, applied, asked);
  // What the document lacks has been reported; what is merged with it was admitted before.
  const context: WriteContext = { ...asked, applied: true, fieldValidation: 'Ignore' };
  const part = partOf(exchange);
  const apply = (live: AnyObject | undefined): AnyObject =>
    applyDeclared(definition, live, applied, {
      manager: context.fieldManager,
      subresource: info.subresource,
      nowMs: deps.clock.nowMs(),
      force: flagOf(query, 'force') ?? false,
      normalize: (object) => {
        const { object: shaped, issues } = admitShape(definition, object);
        return issues.length === 0 ? shaped : object;
      },
    });
  const update = async (): Promise<Answer> =>
    presentObject(deps, exchange, await deps.resources.update(definition, info, part, apply, context));
  try {
    return await update();
  } catch (error) {
    if (!isNotFound(error) || part === 'status' || applied.metadata.uid !== undefined) throw error;
  }
  try {
    return presentObject(
      deps,
      exchange,
      await deps.resources.create(definition, apply(undefined), context),
      201,
    );
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return update();
  }
}

function appliedDocument({ definition, info }: ResourceExchange, raw: unknown): AnyObject {
  const sent = recordOf(raw, 'an applied document');
  if (sent['apiVersion'] === undefined || sent['kind'] === undefined) {
    throw badRequest('apiVersion and kind must be set in an applied document');
  }
  const object = objectOfKind(definition, sent);
  const { name, namespace } = object.metadata;
  if (name !== undefined && name !== info.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${info.name})`);
  }
  if (namespace !== undefined && namespace !== info.namespace) {
    throw badRequest(
      `the namespace of the object (${namespace}) does not match the one on the URL (${info.namespace})`,
    );
  }
  const place = definition.namespaced ? { namespace: info.namespace } : {};
  return { ...object, metadata: { ...object.metadata, name: info.name, ...place } };
}
