// Says in Kubernetes' words what ajv has found: field path, reason, and a sentence that names the remedy.
import type { ErrorObject } from 'ajv';
import type { Issue } from './issue.ts';
import type { JsonSchema } from './json-schema.ts';
import { invalidValue, notSupported, required } from './issues.ts';

/** Turns one error of ajv (with `verbose`) into an issue. @param root what the whole object was held against. */
export function issueOf(error: ErrorObject, root: JsonSchema): Issue {
  const path = fieldPath(error.instancePath);
  const params = error.params as Record<string, unknown>;
  const schema = error.parentSchema as JsonSchema;
  switch (error.keyword) {
    case 'required':
      return missingIssue(root, error.instancePath, String(params['missingProperty']));
    case 'minItems':
      return required(path, 'name at least one');
    case 'type':
      return typeIssue(path, [schema.type ?? ''].flat(), error.data);
    case 'enum':
      return notSupported(path, error.data, (schema.enum ?? []).map(String));
    case 'minimum':
    case 'maximum':
      return invalidValue(path, error.data, rangeText(schema));
    case 'format':
      return formatIssue(path, schema.format ?? '', error.data);
    default:
      return invalidValue(path, error.data, error.message ?? error.keyword);
  }
}

/** What belongs into a field is what its description says. */
function missingIssue(root: JsonSchema, pointer: string, name: string): Issue {
  const parent = segmentsOf(pointer).reduce<JsonSchema | undefined>(schemaWithin, root);
  const path = join(fieldPath(pointer), name);
  const description = parent?.properties?.[name]?.description?.trim();
  if (description === undefined || description === '') return required(path);
  const [sentence = ''] = description.split(/(?<=\.)\s(?=[A-Z])/);
  return required(path, `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}`);
}

function schemaWithin(schema: JsonSchema | undefined, segment: string): JsonSchema | undefined {
  const { properties, items, patternProperties = {} } = schema ?? {};
  if (properties !== undefined && Object.hasOwn(properties, segment)) return properties[segment];
  return items ?? Object.values(patternProperties)[0];
}

/** `/spec/containers/0/image` -> `spec.containers[0].image`. */
function fieldPath(pointer: string): string {
  return segmentsOf(pointer).reduce(join, '');
}

function segmentsOf(pointer: string): string[] {
  const segments = pointer.split('/').slice(1);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function join(path: string, segment: string): string {
  if (/^\d+$/.test(segment)) return `${path}[${segment}]`;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(segment)) return `${path}[${segment}]`;
  return path === '' ? segment : `${path}.${segment}`;
}

function typeIssue(path: string, expected: readonly string[], value: unknown): Issue {
  const message = `expected ${expected.join(' or ')}, got ${describeValue(value)}${remedy(expected, value)}`;
  return { path: path === '' ? '<root>' : path, reason: 'FieldValueTypeInvalid', message };
}

/** What usually lies behind a wrong type in YAML. */
function remedy(expected: readonly string[], value: unknown): string {
  const wantsText = expected.length === 1 && expected[0] === 'string';
  if (wantsText && (typeof value === 'number' || typeof value === 'boolean')) return ': put it in quotes';
  if (expected.includes('integer') && typeof value === 'string' && /^-?\d+$/.test(value)) {
    return ': write it without quotes';
  }
  if (expected.includes('boolean') && (value === 'true' || value === 'false')) {
    return ': write it without quotes';
  }
  if (expected.includes('array') && !Array.isArray(value)) return ': begin each item with "- "';
  return '';
}

const SHOWN_MAX = 60;

function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return `${typeof value} ${text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text}`;
}

function rangeText(schema: JsonSchema): string {
  const { minimum, maximum } = schema as { minimum?: number; maximum?: number };
  if (minimum !== undefined && maximum !== undefined) {
    return `must be between ${minimum} and ${maximum}, inclusive`;
  }
  if (minimum === undefined) return `must be less than or equal to ${maximum ?? ''}`;
  return minimum === 1 ? 'must be greater than 0' : `must be greater than or equal to ${minimum}`;
}

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': 'must be a time such as 2026-01-31T12:00:00Z',
  byte: 'must be base64; plain text belongs into stringData (Secret) or data (ConfigMap)',
  int32: 'must fit into 32 bits',
  int64: 'must be a whole number below 2^53',
};

function formatIssue(path: string, format: string, value: unknown): Issue {
  return invalidValue(path, value, FORMATS[format] ?? `must be of format ${format}`);
}
