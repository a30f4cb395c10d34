// Says in Kubernetes' words what ajv has found: field path, reason, and a sentence that names the remedy.
import type { ErrorObject } from 'ajv';
import type { Issue } from './issue.ts';
import { type JsonSchema, mapValueOf } from './json-schema.ts';
import { invalidValue, notSupported, required } from './issues.ts';

/** Turns one error of ajv (with `verbose`) into an issue. @param root what the whole object was held against. */
export function issueOf(error: ErrorObject, root: JsonSchema): Issue {
  const { path } = placeOf(error.instancePath, root);
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
  const parent = placeOf(pointer, root);
  const { path, schema } = placeWithin(parent, name);
  const description = schema?.description?.trim();
  if (description === undefined || description === '') return required(path);
  const [sentence = ''] = description.split(/(?<=\.)\s(?=[A-Z])/);
  return required(path, `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}`);
}

/** A place in an object: as people read it, and what is said of it; nothing where anything may be. */
interface Place {
  path: string;
  schema: JsonSchema | undefined;
}

/** `/spec/containers/0/image` -> `spec.containers[0].image`; `/spec/flags/a` -> `spec.flags[a]`: a key is the user's own. */
function placeOf(pointer: string, root: JsonSchema): Place {
  return segmentsOf(pointer).reduce(placeWithin, { path: '', schema: root });
}

function placeWithin({ path, schema }: Place, segment: string): Place {
  const { properties = {}, items } = schema ?? {};
  const field = Object.hasOwn(properties, segment) ? properties[segment] : undefined;
  if (field !== undefined) return { path: path === '' ? segment : `${path}.${segment}`, schema: field };
  return { path: `${path}[${segment}]`, schema: items ?? (schema && mapValueOf(schema)) };
}

function segmentsOf(pointer: string): string[] {
  const segments = pointer.split('/').slice(1);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
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
