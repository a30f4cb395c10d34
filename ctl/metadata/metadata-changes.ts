// Reads `KIND NAME a=b c-`: what to change on whose labels or annotations. Pure.
import type { AnyObject } from '@gantry/api/meta';
import { CliError, EXIT } from '../command.ts';

/** Values to set; null removes. */
export type MetadataChanges = Readonly<Record<string, string | null>>;

/** The words up to the first `KEY=VALUE` or `KEY-`, and the changes behind. @throws CliError. */
export function splitChanges(
  words: readonly string[],
  what: string,
): { words: string[]; changes: MetadataChanges } {
  const start = words.findIndex(isChange);
  if (start === -1) {
    throw new CliError(`Name the ${what} to set (KEY=VALUE) or to remove (KEY-).`, { exitCode: EXIT.usage });
  }
  const changes: Record<string, string | null> = {};
  for (const word of words.slice(start)) {
    const at = word.indexOf('=');
    if (!isChange(word)) {
      throw new CliError(`"${word}" is neither KEY=VALUE nor KEY-.`, { exitCode: EXIT.usage });
    }
    if (at === -1) changes[word.slice(0, -1)] = null;
    else changes[word.slice(0, at)] = word.slice(at + 1);
  }
  return { words: words.slice(0, start), changes };
}

/** No name of an object ends with a dash, so a word that does removes a key. */
const isChange = (word: string): boolean => /^[^=]+(=|-$)/.test(word);

/** Keys that have another value now; they are overwritten only when asked. */
export function overwritten(
  object: AnyObject,
  field: 'labels' | 'annotations',
  changes: MetadataChanges,
): string[] {
  const present = object.metadata[field] ?? {};
  return Object.entries(changes)
    .filter(([key, value]) => value !== null && present[key] !== undefined && present[key] !== value)
    .map(([key]) => key);
}
