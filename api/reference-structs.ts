// On which page of the reference each struct stands: where it is nearest to the surface; what is equally near in
// several kinds stands on the page of shared shapes.
import type { KindDefinition } from './definition.ts';
import { type JsonSchema, jsonSchemaOf, mapValueOf } from './json-schema.ts';

/** The page of what several kinds share. */
export const SHARED_PAGE = 'shared-shapes';

/** A struct and the page on which it stands. */
export interface PlacedStruct {
  name: string;
  page: string;
  schema: JsonSchema;
}

/** File name of a kind's page, without ending: `cron-job`. */
export function pageOf(definition: KindDefinition): string {
  return definition.kind.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}

/** All structs below the kinds themselves, in the order in which they are met. */
export function placeStructs(kinds: readonly KindDefinition[]): PlacedStruct[] {
  const placed = new Map<string, PlacedStruct & { depth: number }>();
  for (const definition of kinds) {
    const page = pageOf(definition);
    for (const [name, { depth, schema }] of structsBelow(jsonSchemaOf(definition))) {
      const known = placed.get(name);
      if (known === undefined || depth < known.depth) placed.set(name, { name, page, schema, depth });
      else if (depth === known.depth && known.page !== page) known.page = SHARED_PAGE;
    }
  }
  return [...placed.values()].map(({ name, page, schema }) => ({ name, page, schema }));
}

/** Structs below a schema, nearest first, each with its least depth. */
function structsBelow(root: JsonSchema): Map<string, { depth: number; schema: JsonSchema }> {
  const found = new Map<string, { depth: number; schema: JsonSchema }>();
  let level = fieldSchemas(root);
  for (let depth = 1; level.length > 0; depth += 1) {
    const fresh = level.filter((schema) => !found.has(schema['x-gantry-name'] ?? ''));
    for (const schema of fresh) {
      const name = schema['x-gantry-name'] ?? '';
      if (!found.has(name)) found.set(name, { depth, schema });
    }
    level = fresh.flatMap(fieldSchemas);
  }
  return found;
}

/** The structs that a struct's fields hold, through lists and maps. */
function fieldSchemas(schema: JsonSchema): JsonSchema[] {
  return Object.values(schema.properties ?? {})
    .map(innermost)
    .filter((field) => field['x-gantry-name'] !== undefined);
}

/** What a field holds in the end: the item of a list, the value of a map. */
export function innermost(schema: JsonSchema): JsonSchema {
  const inner = schema.items ?? mapValueOf(schema);
  return inner === undefined ? schema : innermost(inner);
}
