// The words in which a kind's shape is written. One schema yields the TypeScript type, validation, defaults,
// OpenAPI, `explain`, and the merge rules of strategic-merge and server-side apply.
import { Type, type TObject, type TProperties, type TSchema } from 'typebox';

/** How a list merges. Mirrors Kubernetes' x-kubernetes-list-type and patch-merge-key. */
export interface ListMerge {
  /** Key of strategic merge patch, e.g. `name`, `containerPort`; `''` merges a list of scalars as a set. */
  patchMergeKey?: string;
  /** Patch strategy; `merge` unless told otherwise when there is a merge key. */
  patchStrategy?: string;
  /** Keys of server-side apply, e.g. `['containerPort', 'protocol']`. */
  listMapKeys?: string[];
  /** `atomic` when absent. */
  listType?: 'atomic' | 'set' | 'map';
}

/** A named object: becomes a component of the OpenAPI document under `name`, e.g. `io.k8s.api.core.v1.PodSpec`. */
export function struct<T extends TProperties>(
  name: string,
  description: string,
  fields: T,
  options: Record<string, unknown> = {},
): TObject<T> {
  return Type.Object(fields, { ...options, additionalProperties: false, description, 'x-gantry-name': name });
}

export const text = (description: string, options: Record<string, unknown> = {}) =>
  Type.String({ ...options, description });
export const integer = (description: string, options: Record<string, unknown> = {}) =>
  Type.Integer({ format: 'int32', ...options, description });
export const long = (description: string, options: Record<string, unknown> = {}) =>
  Type.Integer({ format: 'int64', ...options, description });
export const flag = (description: string, options: Record<string, unknown> = {}) =>
  Type.Boolean({ ...options, description });

/** One of a closed set of strings. */
export const oneOf = <T extends string>(
  description: string,
  values: readonly T[],
  options: Record<string, unknown> = {},
) => Type.Unsafe<T>({ ...options, type: 'string', enum: [...values], description });

/** RFC 3339 time, e.g. `2026-01-31T12:00:00Z`. */
export const time = (description: string) => Type.String({ format: 'date-time', description });
/** RFC 3339 time with microseconds, as Leases use. */
export const microTime = (description: string) =>
  Type.String({ format: 'date-time', 'x-gantry-micro': true, description });
/** A Kubernetes quantity: `100m`, `1.5`, `64Mi`. Numbers are accepted and stored as strings. */
export const quantity = (description: string) =>
  Type.Unsafe<string>({
    'x-gantry-quantity': true,
    description,
    anyOf: [{ type: 'string' }, { type: 'number' }],
  });
/** A whole number or a string such as a percentage or a port's name. */
export const intOrString = (description: string) =>
  Type.Unsafe<number | string>({
    'x-kubernetes-int-or-string': true,
    description,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
  });

/** A list; `merge` says how patches treat it. */
export function listOf<T extends TSchema>(
  description: string,
  item: T,
  merge: ListMerge = {},
  options: Record<string, unknown> = {},
) {
  const keys: Record<string, unknown> = {};
  if (merge.patchMergeKey !== undefined) {
    keys['x-kubernetes-patch-strategy'] = merge.patchStrategy ?? 'merge';
    if (merge.patchMergeKey !== '') keys['x-kubernetes-patch-merge-key'] = merge.patchMergeKey;
  }
  if (merge.listMapKeys) keys['x-kubernetes-list-map-keys'] = merge.listMapKeys;
  keys['x-kubernetes-list-type'] = merge.listType ?? (merge.listMapKeys ? 'map' : 'atomic');
  return Type.Array(item, { ...options, ...keys, description });
}

/** A map from string to `value`. */
export const mapOf = <T extends TSchema>(
  description: string,
  value: T,
  options: Record<string, unknown> = {},
) => Type.Record(Type.String(), value, { ...options, description });

/** For structs that are set as a whole: server-side apply merges nothing into them. */
export const ATOMIC = { 'x-kubernetes-map-type': 'atomic' };

export const optional = Type.Optional;

/** The same shape under another description: a struct as the field of another one. */
export function described<T extends TSchema>(
  description: string,
  schema: T,
  options: Record<string, unknown> = {},
): T {
  const own = 'description' in schema ? { 'x-gantry-type-description': schema.description } : {};
  return { ...own, ...schema, ...options, description };
}

/**
 * A field that is accepted with these values only, since they ask for nothing that Gantry does not do. Another value
 * is reported like an unknown field, never ignored in silence.
 */
export function onlyWith<T extends TSchema>(values: readonly (string | number | boolean)[], schema: T): T {
  return { ...schema, 'x-gantry-only-with': values };
}

/**
 * Option of {@link struct}: fields that `knownTo` has and Gantry does not honour yet, each with what to know instead.
 */
export const notYet = (
  fields: Readonly<Record<string, string>>,
  knownTo = 'Kubernetes',
): Record<string, unknown> => ({ 'x-gantry-not-yet': fields, 'x-gantry-known-to': knownTo });

/** Whose the fields are that files for Argo Rollouts may have. */
export const ARGO = 'Argo Rollouts';

/** A field that is honoured only beside a certain value of another field of the struct; reported otherwise. */
export function onlyBeside<T extends TSchema>(field: string, value: string, schema: T): T {
  return { ...schema, 'x-gantry-only-beside': { field, value } };
}
