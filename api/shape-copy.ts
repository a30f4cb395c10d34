// Copies the part of a value that a schema knows. What it does not know, or takes only with other values, is left
// out and reported: nothing is dropped in silence. Types are checked later (api/validate.ts): a value of the wrong
// type is copied as it is.
import { type JsonSchema, mapValueOf } from './json-schema.ts';
import { nearestName } from './nearest-name.ts';

/** A field that was left out. `message` is a whole sentence with the path in it. */
export interface UnknownField {
  path: string;
  message: string;
}

/** Reports beyond this many are counted, not listed. */
export const REPORTS_MAX = 50;
/** Deeper values are refused before the stack suffers. Kubernetes' deepest field is at about 20. */
const DEPTH_MAX = 100;

/** `value` as far as `schema` knows it; a copy, with nulls left out, as Kubernetes does. */
export function copyShape(
  schema: JsonSchema,
  value: unknown,
): { value: unknown; unknown: readonly UnknownField[] } {
  const copier = new ShapeCopier();
  return { value: copier.copy(schema, value, ''), unknown: copier.reports() };
}

class ShapeCopier {
  readonly #unknown: UnknownField[] = [];
  #unlisted = 0;

  reports(): readonly UnknownField[] {
    if (this.#unlisted === 0) return this.#unknown;
    return [...this.#unknown, { path: '', message: `${this.#unlisted} more unknown fields` }];
  }

  copy(schema: JsonSchema, value: unknown, path: string): unknown {
    if (schema['x-gantry-quantity'] === true && typeof value === 'number') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return this.#copyList(schema, value, path);
    if (schema.properties !== undefined) return this.#copyStruct(schema, schema.properties, value, path);
    const mapValue = mapValueOf(schema);
    if (mapValue !== undefined) return this.#copyMap(schema, mapValue, value, path);
    return copyFreely(value, 0);
  }

  #copyList(schema: JsonSchema, list: readonly unknown[], path: string): unknown[] {
    const { items } = schema;
    if (items === undefined) return copyFreely(list, 0) as unknown[];
    return list.map((item, index) => this.copy(items, item, `${path}[${index}]`));
  }

  #copyStruct(
    schema: JsonSchema,
    fields: Readonly<Record<string, JsonSchema>>,
    value: object,
    path: string,
  ): Record<string, unknown> {
    const copied: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(value)) {
      const fieldPath = path === '' ? key : `${path}.${key}`;
      const fieldSchema = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (fieldSchema === undefined) this.#report(fieldPath, () => unknownMessage(schema, fieldPath, key));
      else if (field === null) continue;
      else if (isAlone(fieldSchema, value))
        this.#report(fieldPath, () => onlyBesideMessage(fieldSchema, fieldPath));
      else if (isOutside(fieldSchema, field))
        this.#report(fieldPath, () => onlyWithMessage(fieldSchema, fieldPath, field));
      else copied[key] = this.copy(fieldSchema, field, fieldPath);
    }
    return copied;
  }

  /** A map's key is the user's own, so an entry without a value stays: as an empty text where text is expected. */
  #copyMap(schema: JsonSchema, mapValue: JsonSchema, value: object, path: string): Record<string, unknown> {
    const copied: Record<string, unknown> = {};
    for (const [key, entry] of Object.entries(value)) {
      const entryPath = `${path}[${key}]`;
      if (isNotYet(schema, key)) this.#report(entryPath, () => unknownMessage(schema, entryPath, key));
      else if (entry !== null) setOwn(copied, key, this.copy(mapValue, entry, entryPath));
      else if (mapValue.type === 'string') setOwn(copied, key, '');
    }
    return copied;
  }

  /** Looking for the nearest known name is dear: it is not done for what is only counted. */
  #report(path: string, message: () => string): void {
    if (this.#unknown.length < REPORTS_MAX) this.#unknown.push({ path, message: message() });
    else this.#unlisted += 1;
  }
}

function isNotYet(schema: JsonSchema, key: string): boolean {
  const notYet = schema['x-gantry-not-yet'];
  return notYet !== undefined && Object.hasOwn(notYet, key);
}

function unknownMessage(schema: JsonSchema, path: string, key: string): string {
  if (isNotYet(schema, key)) {
    const hint = schema['x-gantry-not-yet']?.[key] ?? '';
    const { 'x-gantry-known-to': knownTo = 'Kubernetes' } = schema;
    return `unknown field "${path}" (known to ${knownTo}, not honoured by Gantry yet): ${hint}`;
  }
  const nearest = nearestName(key, Object.keys(schema.properties ?? {}));
  return `unknown field "${path}"${nearest === undefined ? '' : `: did you mean "${nearest}"?`}`;
}

function onlyWithMessage(schema: JsonSchema, path: string, value: unknown): string {
  const values = (schema['x-gantry-only-with'] ?? []).map((one) => JSON.stringify(one)).join(' or ');
  return `unknown value ${JSON.stringify(value)} of field "${path}" (known to Kubernetes, not honoured by Gantry yet): only ${values} is`;
}

/** Whether a field lacks the value of another field that it goes with. */
function isAlone(schema: JsonSchema, struct: object): boolean {
  const beside = schema['x-gantry-only-beside'];
  return beside !== undefined && (struct as Record<string, unknown>)[beside.field] !== beside.value;
}

function onlyBesideMessage(schema: JsonSchema, path: string): string {
  const { field = '', value = '' } = schema['x-gantry-only-beside'] ?? {};
  return `unknown field "${path}" (known to Kubernetes, not honoured by Gantry yet): only beside ${field} "${value}" is`;
}

/** Whether a field takes only certain values and this, of the right type, is none of them. */
function isOutside(schema: JsonSchema, value: unknown): boolean {
  const values = schema['x-gantry-only-with'];
  return values !== undefined && typeof value === schema.type && !values.includes(value);
}

/** A copy of what has no schema. */
function copyFreely(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEPTH_MAX) return null;
  if (Array.isArray(value)) return value.map((item) => copyFreely(item, depth + 1));
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(value))
    setOwn(copied, key, copyFreely((value as Record<string, unknown>)[key], depth + 1));
  return copied;
}

/** An assignment, but for the one name that is no field: several times as fast as `Object.fromEntries`. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
