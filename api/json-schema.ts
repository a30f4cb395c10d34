// Kinds' schemas read as plain JSON schema, for whatever walks over them: validation, OpenAPI, patches, docs.
import type { KindDefinition } from './definition.ts';

/** The part of JSON schema that the kinds use, and Gantry's own keywords (api/schema.ts). */
export interface JsonSchema {
  type?: string | string[];
  format?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  /** A map: its one entry is the schema of the values. */
  patternProperties?: Record<string, JsonSchema>;
  /** OpenAPI name of a struct. */
  'x-gantry-name'?: string;
  /** The struct's own description where a field has given it another one. */
  'x-gantry-type-description'?: string;
  /** The server fills the field in when it is absent. */
  'x-gantry-filled-in'?: boolean;
  'x-gantry-quantity'?: boolean;
  /** The only values that are accepted. */
  'x-gantry-only-with'?: unknown[];
  /** The field is accepted only where another field of the struct has this value. */
  'x-gantry-only-beside'?: { field: string; value: string };
  /** Fields that Kubernetes or others know and Gantry does not honour yet, each with a hint. */
  'x-gantry-not-yet'?: Record<string, string>;
  /** Who knows those. */
  'x-gantry-known-to'?: string;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-patch-merge-key'?: string;
  [keyword: string]: unknown;
}

/** The schema of a kind. */
export function jsonSchemaOf(definition: KindDefinition): JsonSchema {
  return definition.schema as unknown as JsonSchema;
}

/** The schema of a map's values; undefined when the schema is no map. */
export function mapValueOf(schema: JsonSchema): JsonSchema | undefined {
  return schema.patternProperties === undefined ? undefined : Object.values(schema.patternProperties)[0];
}
