// `{{args.name}}` in any text of a metric: found, and replaced by values. Pure. Other braces are left alone: they may mean
// something to a program in a Job.
import { isList, isMap, ownField } from '../json-value.ts';
import { FILLED_CHARS_MAX } from './limits.ts';

/** A reference to an argument. */
const REFERENCE = /\{\{\s*args\.([A-Za-z0-9_.-]+?)\s*\}\}/g;

/** A place where an argument is named. */
export interface ArgumentUse {
  /** Path below the value that was looked at: `.provider.web.url`, `[0].name`. */
  path: string;
  name: string;
}

/** The arguments that texts anywhere in a value name, in order of their appearance. */
export function argumentUses(value: unknown, path = ''): ArgumentUse[] {
  if (typeof value === 'string')
    return [...value.matchAll(REFERENCE)].map(([, name = '']) => ({ path, name }));
  if (isList(value)) return value.flatMap((item, at) => argumentUses(item, `${path}[${at}]`));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => argumentUses(item, `${path}.${key}`));
}

/**
 * The value with every reference filled in; those without a value stay as they are.
 *
 * @throws RangeError when a text grows beyond {@link FILLED_CHARS_MAX}.
 */
export function withArguments<T>(value: T, values: ReadonlyMap<string, string>): T {
  return fill(value, values) as T;
}

function fill(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return fillText(value, values);
  if (isList(value)) return value.map((item) => fill(item, values));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, values)]));
}

function fillText(text: string, values: ReadonlyMap<string, string>): string {
  let chars = text.length;
  return text.replaceAll(REFERENCE, (reference, name: string) => {
    const value = values.get(name);
    if (value === undefined) return reference;
    chars += value.length;
    if (chars > FILLED_CHARS_MAX)
      throw new RangeError(`with its arguments a text has more than ${FILLED_CHARS_MAX} characters`);
    return value;
  });
}

/** Values of arguments that are known without asking anybody. */
export function knownValues(
  args: readonly { name: string; value?: string | undefined }[] | undefined,
): ReadonlyMap<string, string> {
  return new Map(
    (args ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  );
}

/**
 * The text of a field by its path, e.g. `metadata.labels['app']`.
 *
 * @returns undefined when there is no such field, or when it is no text, number or truth value.
 */
export function fieldText(object: unknown, path: string): string | undefined {
  let value = object;
  for (const [, name, quoted] of path.matchAll(/([^.[\]]+)|\['([^']*)'\]/g)) {
    if (!isMap(value)) return undefined;
    value = ownField(value, name ?? quoted ?? '');
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
