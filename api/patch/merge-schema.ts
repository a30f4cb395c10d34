// The merge rules that a kind's schema carries (x-kubernetes-*), as questions. Where a schema says nothing, lists
// are atomic and maps merge field by field.
import type { KindDefinition } from '../definition.ts';
import { isMap, ownField, type JsonMap } from '../json-value.ts';

/** A JSON schema or a part of one; undefined where the schema knows nothing of the field. */
export type MergeSchema = Readonly<JsonMap> | undefined;

/** How server-side apply treats a list. */
export type ListRule = { type: 'atomic' } | { type: 'set' } | { type: 'map'; keys: readonly ListKey[] };

/** One field that identifies an item; `fallback` counts when the item leaves it out. */
export interface ListKey {
  name: string;
  fallback?: unknown;
}

/** The schema of a whole object. */
export function schemaOf(definition: Pick<KindDefinition, 'schema'>): MergeSchema {
  return definition.schema as unknown as JsonMap;
}

/** The schema of a field: a declared one, else that of any value of a map. */
export function fieldSchema(schema: MergeSchema, field: string): MergeSchema {
  if (schema === undefined) return undefined;
  const declared = declaredField(schema, field);
  if (declared !== undefined) return declared;
  const values = isMap(schema['patternProperties'])
    ? Object.values(schema['patternProperties'])[0]
    : undefined;
  const any = values ?? schema['additionalProperties'];
  return isMap(any) ? any : undefined;
}

/** Whether the field is declared by name, as fields of structs are and keys of maps are not. */
export function isNamedField(schema: MergeSchema, field: string): boolean {
  return schema !== undefined && declaredField(schema, field) !== undefined;
}

function declaredField(schema: Readonly<JsonMap>, field: string): Readonly<JsonMap> | undefined {
  const properties = schema['properties'];
  const declared = isMap(properties) ? ownField(properties, field) : undefined;
  return isMap(declared) ? declared : undefined;
}

/** The schema of a list's items. */
export function itemSchema(schema: MergeSchema): MergeSchema {
  const items = schema?.['items'];
  return isMap(items) ? items : undefined;
}

/** Whether the value of a map is set as a whole. */
export function isAtomicMap(schema: MergeSchema): boolean {
  return schema?.['x-kubernetes-map-type'] === 'atomic';
}

/** The rule of server-side apply for a list. */
export function listRule(schema: MergeSchema): ListRule {
  const type = schema?.['x-kubernetes-list-type'];
  if (type === 'set') return { type };
  const names = schema?.['x-kubernetes-list-map-keys'];
  if (type !== 'map' || !Array.isArray(names)) return { type: 'atomic' };
  const item = itemSchema(schema);
  const keys = names.map((name: string): ListKey => {
    const fallback = fieldSchema(item, name)?.['default'];
    return fallback === undefined ? { name } : { name, fallback };
  });
  return { type, keys };
}

/** The strategies of strategic merge patch, e.g. `merge`, `replace`, `retainKeys`. */
export function patchStrategies(schema: MergeSchema): readonly string[] {
  const strategy = schema?.['x-kubernetes-patch-strategy'];
  return typeof strategy === 'string' ? strategy.split(',') : [];
}

/** The field by which strategic merge patch finds items of a list; empty for scalars. */
export function patchMergeKey(schema: MergeSchema): string {
  const key = schema?.['x-kubernetes-patch-merge-key'];
  return typeof key === 'string' ? key : '';
}
