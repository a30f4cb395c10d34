// Kinds' schemas in OpenAPI v3: named structs become components, Gantry's own keywords become Kubernetes'.
import { cutIntoComponents, type Cut } from './components.ts';
import { apiVersionOf, type KindDefinition } from './definition.ts';
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts';
import type { GroupVersion } from './registry.ts';
import { listOf, long, optional, struct, text } from './schema.ts';

const APIMACHINERY = 'io.k8s.apimachinery.pkg';
const QUANTITY = `${APIMACHINERY}.api.resource.Quantity`;
const INT_OR_STRING = `${APIMACHINERY}.util.intstr.IntOrString`;
const TIME = `${APIMACHINERY}.apis.meta.v1.Time`;
const MICRO_TIME = `${APIMACHINERY}.apis.meta.v1.MicroTime`;

/** Shapes of single values that have a name of their own. */
const VALUE_COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  [QUANTITY]: {
    description: 'An amount: a number with an optional unit, such as 500m, 0.5, 64Mi, 1Gi.',
    oneOf: [{ type: 'string' }, { type: 'number' }],
  },
  [INT_OR_STRING]: {
    description: 'A whole number, or a text such as a share (25%) or the name of a port.',
    format: 'int-or-string',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
  },
  [TIME]: { description: 'A time as 2026-01-31T12:00:00Z.', type: 'string', format: 'date-time' },
  [MICRO_TIME]: {
    description: 'A time as 2026-01-31T12:00:00.000000Z.',
    type: 'string',
    format: 'date-time',
  },
};

const ListMeta = struct(`${APIMACHINERY}.apis.meta.v1.ListMeta`, 'What a list says about itself.', {
  resourceVersion: optional(text('Revision at which the list was true; watch from here.')),
  continue: optional(text('Token for the next page; absent on the last one.')),
  remainingItemCount: optional(long('How many items follow.')),
});

/** Where a component is found in a document. */
export const componentRef = (name: string): string => `#/components/schemas/${name}`;

function valueComponentOf(schema: JsonSchema): string | undefined {
  if (schema['x-gantry-quantity'] === true) return QUANTITY;
  if (schema['x-kubernetes-int-or-string'] === true) return INT_OR_STRING;
  if (schema.format !== 'date-time') return undefined;
  return schema['x-gantry-micro'] === true ? MICRO_TIME : TIME;
}

/** A reference with words of its own around it; OpenAPI 3.0 allows none beside a bare `$ref`. */
function referenceTo(name: string, use: JsonSchema): JsonSchema {
  const type = use['x-gantry-type-description'] ?? use.description;
  const isOwn = use['x-gantry-name'] === undefined || use.description !== type;
  const result: JsonSchema = {};
  if (use.description !== undefined && isOwn) result.description = use.description;
  if (use.default !== undefined) result.default = use.default;
  if (use['x-kubernetes-patch-strategy'] !== undefined) {
    result['x-kubernetes-patch-strategy'] = use['x-kubernetes-patch-strategy'];
  }
  if (Object.keys(result).length === 0) return { $ref: componentRef(name) };
  return { ...result, allOf: [{ $ref: componentRef(name) }] };
}

const KEPT = /^(?:type|format|description|default|enum|minimum|maximum|minItems|x-kubernetes-.*)$/;

const openapiCut: Cut = {
  reference: referenceTo,
  keywords(schema) {
    const value = valueComponentOf(schema);
    if (value !== undefined) return referenceTo(value, schema);
    return Object.fromEntries(Object.entries(schema).filter(([keyword]) => KEPT.test(keyword)));
  },
};

/** Name of the component of a kind. */
export function componentNameOf(definition: KindDefinition): string {
  return jsonSchemaOf(definition)['x-gantry-name'] ?? definition.kind;
}

/** Components for the kinds of a group version, their lists and all that they hold, by name. */
export function componentsOf({ group, version, kinds }: GroupVersion): Record<string, JsonSchema> {
  const components = new Map<string, JsonSchema>();
  for (const definition of kinds) {
    const name = cutIntoComponents(jsonSchemaOf(definition), components, openapiCut);
    const list = cutIntoComponents(listSchemaOf(definition), components, openapiCut);
    markKind(components.get(name), { group, version, kind: definition.kind });
    markKind(components.get(list), { group, version, kind: `${definition.kind}List` });
  }
  const sorted = [...components, ...Object.entries(VALUE_COMPONENTS)].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}

/** By this clients find the schema of a kind. */
function markKind(
  component: JsonSchema | undefined,
  kind: { group: string; version: string; kind: string },
): void {
  if (component !== undefined) component['x-kubernetes-group-version-kind'] = [kind];
}

/** The shape of a list of the kind. */
function listSchemaOf(definition: KindDefinition): JsonSchema {
  const list = struct(`${componentNameOf(definition)}List`, `A list of ${definition.resource}.`, {
    apiVersion: text(`Always ${apiVersionOf(definition)}.`),
    kind: text(`Always ${definition.kind}List.`),
    metadata: ListMeta,
    items: listOf('The objects.', definition.schema),
  });
  return list as unknown as JsonSchema;
}
