// The object in a request's body, checked against the path it was sent to.
import { apiVersionOf } from '@gantry/api/definition';
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { groupVersionsOf, servedForm } from '@gantry/api/registry';
import { badRequest } from '@gantry/api/status-error';
import { admittedShape } from '../resources/admitted-shape.ts';
import type { WriteContext } from '../resources/resources.ts';
import type { ResourceExchange } from './exchange.ts';
import { duplicateFields } from './json-duplicates.ts';
import type { RequestBody } from './request-body.ts';
import { parseBody } from './request-body.ts';
import { recordOf } from './write-options.ts';

/** @throws StatusError 400 when the body is no such object or names another place; 413, 415. */
export async function sentObject(exchange: ResourceExchange, context: WriteContext): Promise<AnyObject> {
  const body = await exchange.readBody();
  const raw = recordOf(parseBody(body), 'the body');
  reportDuplicates(body, raw, context);
  const object = objectOfKind(exchange.definition, raw);
  return placed(exchange, storedObject(exchange, raw['apiVersion'], object, context));
}

/** The object as it is stored; it comes in the form of the API version that it names, else of the path. */
function storedObject(
  { definition, info }: ResourceExchange,
  apiVersion: unknown,
  object: AnyObject,
  context: WriteContext,
): AnyObject {
  const named = groupVersionsOf(definition).find((version) => apiVersionOf(version) === apiVersion);
  const form = servedForm(definition, named ?? info);
  if (!form.hasOwnFields) return object;
  const sent = { ...object, apiVersion: apiVersionOf(form.definition) };
  return form.store(admittedShape(form.definition, sent, context));
}

/** YAML with doubled fields does not parse; JSON keeps the last one, which the sender should know. */
function reportDuplicates({ bytes, mediaType }: RequestBody, value: unknown, context: WriteContext): void {
  if (context.fieldValidation === 'Ignore' || mediaType !== 'application/json') return;
  const sentences = duplicateFields(bytes.toString('utf8'), value).map((path) => `duplicate field "${path}"`);
  if (sentences.length === 0) return;
  if (context.fieldValidation === 'Strict')
    throw badRequest(`strict decoding error: ${sentences.join(', ')}`);
  for (const sentence of sentences) context.warn(sentence);
}

/** The raw value as an object of the kind, its type filled in where it is absent. */
export function objectOfKind(definition: KindDefinition, raw: Record<string, unknown>): AnyObject {
  const { apiVersion, kind, metadata } = raw;
  const versions = groupVersionsOf(definition).map(apiVersionOf);
  if (apiVersion !== undefined && apiVersion !== '' && !versions.some((version) => version === apiVersion)) {
    throw badRequest(
      `the API version in the data (${JSON.stringify(apiVersion)}) does not match the expected API version (${versions.join(' or ')})`,
    );
  }
  if (kind !== undefined && kind !== '' && kind !== definition.kind) {
    throw badRequest(
      `the kind in the data (${JSON.stringify(kind)}) does not match the expected kind (${definition.kind})`,
    );
  }
  const checked = metadata === undefined || metadata === null ? {} : recordOf(metadata, 'metadata');
  return { ...raw, apiVersion: apiVersionOf(definition), kind: definition.kind, metadata: checked };
}

/** The namespace of the path counts; a body that names another is refused. */
function placed({ definition, info }: ResourceExchange, object: AnyObject): AnyObject {
  const { namespace, ...metadata } = object.metadata;
  if (!definition.namespaced) return { ...object, metadata };
  if (namespace !== undefined && namespace !== '' && namespace !== info.namespace) {
    throw badRequest(
      `the namespace of the provided object does not match the namespace sent on the request (${namespace} and ${info.namespace})`,
    );
  }
  return { ...object, metadata: { ...metadata, namespace: info.namespace } };
}
