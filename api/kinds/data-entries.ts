// What holds for the entries of ConfigMaps and Secrets.
import isEqual from 'fast-deep-equal';
import type { Issue } from '../issue.ts';
import { forbiddenField, invalidValue, tooLong } from '../issues.ts';
import { dataKeyProblem } from '../names.ts';
import { byteLength, textIssues } from './check-metadata.ts';

/** All entries together; etcd takes no larger values. */
const ENTRIES_BYTES_MAX = 1024 * 1024;

export type Entries = Readonly<Record<string, string>> | undefined;

/** Issues of the entries' keys, and of their size. `binary` entries are base64. */
export function entriesIssues(fields: { text?: [string, Entries]; binary: [string, Entries] }): Issue[] {
  const [textField, text = {}] = fields.text ?? ['', {}];
  const [binaryField, binary = {}] = fields.binary;
  const issues = [
    ...Object.keys(text).flatMap((key) => textIssues(`${textField}[${key}]`, key, dataKeyProblem)),
    ...Object.keys(binary).flatMap((key) => textIssues(`${binaryField}[${key}]`, key, dataKeyProblem)),
  ];
  for (const key of Object.keys(binary)) {
    if (!Object.hasOwn(text, key)) continue;
    issues.push(invalidValue(`${binaryField}[${key}]`, key, `the key is in ${textField} already`));
  }
  const bytes =
    Object.values(text).reduce((sum, value) => sum + byteLength(value), 0) +
    Object.values(binary).reduce((sum, value) => sum + base64Bytes(value), 0);
  if (bytes > ENTRIES_BYTES_MAX) {
    issues.push(tooLong(binaryField, `must have at most ${ENTRIES_BYTES_MAX} bytes, has ${bytes}`));
  }
  return issues;
}

function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}

/** An object whose entries may be frozen by `immutable: true`. */
interface Freezable {
  immutable?: boolean;
}

/** Issues of a change to entries that were said to be immutable. */
export function frozenIssues<T extends Freezable>(
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
): Issue[] {
  if (old.immutable !== true) return [];
  const why = 'field is immutable when `immutable` is set: create a new object under another name';
  const changed = fields.filter((field) => !isEqual(object[field] ?? {}, old[field] ?? {}));
  const issues = changed.map((field) => forbiddenField(field, why));
  if (object.immutable !== true) issues.push(forbiddenField('immutable', why));
  return issues;
}
