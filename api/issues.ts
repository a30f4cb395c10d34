// Makes issues in Kubernetes' words, so that messages read alike everywhere.
import type { Issue } from './issue.ts';

const VALUE_LENGTH_MAX = 120;

/** `Invalid value: 5: must be …`. */
export function invalidValue(path: string, value: unknown, why: string): Issue {
  return { path, reason: 'FieldValueInvalid', message: `Invalid value: ${valueText(value)}: ${why}` };
}

/** `Required value: …`. */
export function required(path: string, why?: string): Issue {
  const message = why === undefined ? 'Required value' : `Required value: ${why}`;
  return { path, reason: 'FieldValueRequired', message };
}

/** `Duplicate value: "web"`. */
export function duplicate(path: string, value: unknown): Issue {
  return { path, reason: 'FieldValueDuplicate', message: `Duplicate value: ${valueText(value)}` };
}

/** `Forbidden: …`. */
export function forbiddenField(path: string, why: string): Issue {
  return { path, reason: 'FieldValueForbidden', message: `Forbidden: ${why}` };
}

/** `Unsupported value: "X": supported values: "A", "B"`. */
export function notSupported(path: string, value: unknown, supported: readonly string[]): Issue {
  const list = supported.map((one) => JSON.stringify(one)).join(', ');
  const message = `Unsupported value: ${valueText(value)}: supported values: ${list}`;
  return { path, reason: 'FieldValueNotSupported', message };
}

/** `Too long: must have at most N …`. */
export function tooLong(path: string, why: string): Issue {
  return { path, reason: 'FieldValueTooLong', message: `Too long: ${why}` };
}

/** `Invalid value: …: field is immutable`. */
export function immutable(path: string, value: unknown, remedy?: string): Issue {
  return invalidValue(
    path,
    value,
    remedy === undefined ? 'field is immutable' : `field is immutable: ${remedy}`,
  );
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
}
