// Reads the way in which users name objects: `pods`, `pod web-1 web-2`, `deploy/web svc/api`, `pods,jobs`, `all`. Pure.
import type { KindDefinition } from '@gantry/api/definition';
import { resourceIdOf } from '@gantry/api/definition';
import { nearestName } from '@gantry/api/nearest-name';
import { findByCategory, findByWord, kinds } from '@gantry/api/registry';
import { CliError, EXIT } from './command.ts';

/** Shorter ends of names could mean anything. */
const END_CHARS_MIN = 4;

/** One kind, and the names meant; all objects of the kind when there are none. */
export interface ResourceArgument {
  definition: KindDefinition;
  names: string[];
}

/** What the arguments mean. @throws CliError that names the word that is not known and the nearest one that is. */
export function parseResourceArguments(words: readonly string[]): ResourceArgument[] {
  const [first, ...rest] = words;
  if (first === undefined) {
    throw new CliError('Name a kind, for example: pods, deploy/web, all.', { exitCode: EXIT.usage });
  }
  if (first.includes('/')) return groupByKind(words.map(parseSlashed));
  if (rest.some((word) => word.includes('/'))) {
    throw new CliError(`Use either "${first} NAME …" or "KIND/NAME …", not both in one command.`, {
      exitCode: EXIT.usage,
    });
  }
  const definitions = first.split(',').flatMap(definitionsOf);
  if (rest.length > 0 && definitions.length > 1) {
    throw new CliError('Names go with one kind only.', { exitCode: EXIT.usage });
  }
  return definitions.map((definition) => ({ definition, names: [...rest] }));
}

/** The kind that a word means. @throws CliError when there is none. */
export function definitionOf(word: string): KindDefinition {
  const [definition] = findByWord(word);
  if (definition !== undefined) return definition;
  const known = kinds.flatMap(({ resource, singular, shortNames }) => [resource, singular, ...shortNames]);
  const typed = word.toLowerCase();
  const nearest = nearestName(typed, known) ?? wholeNameOf(typed, known);
  throw new CliError(
    `There is no kind "${word}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
    {
      exitCode: EXIT.usage,
      nextStep: 'gantry api-resources lists all kinds. An object is named KIND/NAME, for example deploy/web.',
    },
  );
}

/** `flags` for `featureflags`. */
function wholeNameOf(end: string, known: readonly string[]): string | undefined {
  return end.length < END_CHARS_MIN ? undefined : known.find((name) => name.endsWith(end));
}

function definitionsOf(word: string): readonly KindDefinition[] {
  const category = findByCategory(word);
  return category.length > 0 ? category : [definitionOf(word)];
}

function parseSlashed(word: string): { definition: KindDefinition; name: string } {
  const parts = word.split('/');
  const [kind = '', name = ''] = parts;
  if (parts.length !== 2 || kind === '' || name === '') {
    throw new CliError(`"${word}" is not KIND/NAME.`, { exitCode: EXIT.usage });
  }
  return { definition: definitionOf(kind), name };
}

function groupByKind(found: readonly { definition: KindDefinition; name: string }[]): ResourceArgument[] {
  const groups = new Map<string, ResourceArgument>();
  for (const { definition, name } of found) {
    const id = resourceIdOf(definition);
    const group = groups.get(id) ?? { definition, names: [] };
    group.names.push(name);
    groups.set(id, group);
  }
  return [...groups.values()];
}
