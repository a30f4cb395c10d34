// From what a client sent to an object of the kind: types checked, defaults filled in, unknown fields
// refused, reported or dropped as the request wishes.
import type { KindDefinition } from '@gantry/api/definition';
import type { Issue } from '@gantry/api/issue';
import type { AnyObject } from '@gantry/api/meta';
import { badRequest, invalid } from '@gantry/api/status-error';
import { admitShape } from '@gantry/api/validate';
import type { WriteContext } from './resources.ts';

/**
 * The object in the kind's shape, a copy.
 *
 * @throws StatusError 400 for unknown fields under `Strict` and for wrong types, 422 for values that break rules.
 */
export function admittedShape(
  definition: KindDefinition,
  raw: AnyObject,
  context: Pick<WriteContext, 'fieldValidation' | 'warn'>,
): AnyObject {
  const { object, issues, unknown } = admitShape(definition, raw);
  reportUnknown(unknown, context);
  const wrongTypes = issues.filter((issue) => issue.reason === 'FieldValueTypeInvalid');
  if (wrongTypes.length > 0) throw wrongTypeError(definition, wrongTypes);
  if (issues.length > 0) throw invalid(definition, raw.metadata.name ?? '', issues);
  return object;
}

/**
 * Refuses or reports the unknown fields of a document that need not be whole, as server-side apply takes.
 *
 * @throws StatusError 400 under `Strict`.
 */
export function reportUnknownFields(
  definition: KindDefinition,
  document: AnyObject,
  context: Pick<WriteContext, 'fieldValidation' | 'warn'>,
): void {
  reportUnknown(admitShape(definition, document).unknown, context);
}

function reportUnknown(
  unknown: readonly { path: string; message: string }[],
  context: Pick<WriteContext, 'fieldValidation' | 'warn'>,
): void {
  if (unknown.length === 0) return;
  if (context.fieldValidation === 'Ignore') return;
  const sentences = [...new Set(unknown.map(({ message }) => message))];
  if (context.fieldValidation === 'Strict')
    throw badRequest(`strict decoding error: ${sentences.join(', ')}`);
  for (const sentence of sentences) context.warn(sentence);
}

/** Kubernetes answers a value of the wrong type with 400: the body is no such object. */
function wrongTypeError(definition: KindDefinition, issues: readonly Issue[]): Error {
  const found = issues.map((issue) => `${issue.path}: ${issue.message}`).join(', ');
  const error = badRequest(`the body cannot be read as a ${definition.kind}: ${found}`);
  error.status.details = {
    kind: definition.kind,
    ...(definition.group === '' ? {} : { group: definition.group }),
    causes: issues.map(({ reason, message, path }) => ({ reason, message, field: path })),
  };
  return error;
}
