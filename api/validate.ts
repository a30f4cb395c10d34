// From any JSON value to an object of a kind: a copy with known fields only, types checked, defaults filled in.
// All findings at once, each with its field path. The kind's own rules (`check`) come after this.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { cutIntoComponents } from './components.ts';
import { apiVersionOf, type KindDefinition } from './definition.ts';
import type { Issue } from './issue.ts';
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts';
import type { AnyObject } from './meta.ts';
import { copyShape, REPORTS_MAX, type UnknownField } from './shape-copy.ts';
import { issueOf } from './validation-issue.ts';

/** What became of a raw value. `object` is of the kind's shape only when there are no issues. */
export interface AdmittedShape {
  object: AnyObject;
  issues: Issue[];
  /** Fields that were left out, since the kind does not know or honour them. */
  unknown: readonly UnknownField[];
}

/**
 * Makes an object of the kind from what a client sent; the argument is left alone. Unknown fields are dropped and
 * reported; defaults are filled in where the types are right. Admitting the result again changes nothing.
 */
export function admitShape(definition: KindDefinition, raw: unknown): AdmittedShape {
  const copied = copyShape(jsonSchemaOf(definition), raw);
  if (!isRecord(copied.value)) return notAnObject(definition, copied.unknown);
  const object: Record<string, unknown> = copied.value;
  object['apiVersion'] ??= apiVersionOf(definition);
  object['kind'] ??= definition.kind;
  const issues = shapeIssues(definition, object);
  if (issues.length === 0) definition.applyDefaults?.(object as AnyObject);
  return { object: object as AnyObject, issues, unknown: copied.unknown };
}

function notAnObject(definition: KindDefinition, unknown: readonly UnknownField[]): AdmittedShape {
  const object = { apiVersion: apiVersionOf(definition), kind: definition.kind, metadata: {} };
  const message = `expected an object of kind ${definition.kind}`;
  return { object, issues: [{ path: '<root>', reason: 'FieldValueTypeInvalid', message }], unknown };
}

function shapeIssues(definition: KindDefinition, object: unknown): Issue[] {
  const validate = validatorOf(definition);
  if (validate(object)) return [];
  const root = jsonSchemaOf(definition);
  const issues = withoutEchoes(validate.errors ?? []).map((error) => issueOf(error, root));
  if (issues.length <= REPORTS_MAX) return issues;
  const more: Issue = {
    path: '<root>',
    reason: 'FieldValueInvalid',
    message: `${issues.length - REPORTS_MAX} more findings`,
  };
  return [...issues.slice(0, REPORTS_MAX), more];
}

/** A value of the wrong type breaks further rules; its type is what its author has to mend. */
function withoutEchoes(errors: readonly ErrorObject[]): ErrorObject[] {
  const mistyped = new Set(
    errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath),
  );
  return errors.filter(({ keyword, instancePath }) => keyword === 'type' || !mistyped.has(instancePath));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Compiled on first use: a program that never sees a kind does not pay for it. Structs are shared by the kinds. */
const validators = new WeakMap<KindDefinition, ValidateFunction>();
let shared: { ajv: Ajv; components: Map<string, JsonSchema> } | undefined;

function validatorOf(definition: KindDefinition): ValidateFunction {
  const known = validators.get(definition);
  if (known !== undefined) return known;
  shared ??= { ajv: createAjv(), components: new Map() };
  const { ajv, components } = shared;
  const before = new Set(components.keys());
  const name = cutIntoComponents(jsonSchemaOf(definition), components, { reference, keywords });
  for (const [id, schema] of components) if (!before.has(id)) ajv.addSchema(schema, id);
  const validate = ajv.getSchema(name) as ValidateFunction;
  validators.set(definition, validate);
  return validate;
}

function createAjv(): Ajv {
  const ajv = new Ajv({ allErrors: true, useDefaults: true, verbose: true, allowUnionTypes: true });
  ajv.addFormat('int32', { type: 'number', validate: (value) => Math.abs(value) < 2 ** 31 });
  ajv.addFormat('int64', { type: 'number', validate: (value) => Number.isSafeInteger(value) });
  ajv.addFormat('date-time', (text) => TIME.test(text) && !Number.isNaN(Date.parse(text)));
  ajv.addFormat('byte', (text) => text.length % 4 === 0 && BASE64.test(text));
  return ajv;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function reference(name: string, use: JsonSchema): JsonSchema {
  return use.default === undefined ? { $ref: name } : { $ref: name, default: use.default };
}

const KEPT = ['type', 'format', 'enum', 'default', 'minimum', 'maximum', 'minItems'] as const;

/** What validation needs. Unknown fields are gone already, and quantities are text by now. */
function keywords(schema: JsonSchema): JsonSchema {
  if (schema['x-gantry-quantity'] === true) return { type: 'string' };
  if (schema['x-kubernetes-int-or-string'] === true) return { type: ['integer', 'string'] };
  const kept = KEPT.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]]);
  const result = Object.fromEntries(kept) as JsonSchema;
  if (schema['anyOf'] !== undefined) result.type = 'string';
  return result;
}
