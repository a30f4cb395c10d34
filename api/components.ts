// Cuts a kind's schema into its named structs, so that each is validated, published and explained once.
import { type JsonSchema, mapValueOf } from './json-schema.ts';

/** How the cut is written: what stands for a struct, and what a schema without inner schemas becomes. */
export interface Cut {
  /** In place of a named struct that is a field, an item or a map's value. */
  reference(name: string, use: JsonSchema): JsonSchema;
  /** The remaining keywords of a schema; inner schemas are added afterwards. */
  keywords(schema: JsonSchema): JsonSchema;
}

/**
 * Adds the struct and all that it holds to `components`, each under its name.
 *
 * @returns the name.
 */
export function cutIntoComponents(schema: JsonSchema, components: Map<string, JsonSchema>, cut: Cut): string {
  const name = schema['x-gantry-name'] ?? '';
  if (components.has(name)) return name;
  const component: JsonSchema = {};
  // Before its fields, so that a struct that holds itself ends.
  components.set(name, component);
  const own = schema['x-gantry-type-description'] ?? schema.description;
  const { default: _, ...rest } = schema;
  Object.assign(
    component,
    cutInner({ ...rest, ...(own === undefined ? {} : { description: own }) }, components, cut),
  );
  return name;
}

function cutUse(schema: JsonSchema, components: Map<string, JsonSchema>, cut: Cut): JsonSchema {
  if (schema['x-gantry-name'] === undefined) return cutInner(schema, components, cut);
  return cut.reference(cutIntoComponents(schema, components, cut), schema);
}

function cutInner(schema: JsonSchema, components: Map<string, JsonSchema>, cut: Cut): JsonSchema {
  const result = cut.keywords(schema);
  const mapValue = mapValueOf(schema);
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties);
    result.properties = Object.fromEntries(
      fields.map(([key, field]) => [key, cutUse(field, components, cut)]),
    );
    const required = requiredFields(schema);
    if (required.length > 0) result.required = required;
  }
  if (schema.items !== undefined) result.items = cutUse(schema.items, components, cut);
  if (mapValue !== undefined) result['additionalProperties'] = cutUse(mapValue, components, cut);
  return result;
}

/** Fields that the sender owes: what is filled in when it is absent may be left out. */
export function requiredFields(schema: JsonSchema): string[] {
  return (schema.required ?? []).filter((name) => {
    const field = schema.properties?.[name];
    return field?.default === undefined && field?.['x-gantry-filled-in'] !== true;
  });
}
