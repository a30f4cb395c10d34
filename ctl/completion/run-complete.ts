// Answers `gantry __complete`: one candidate a line. A cluster that does not answer in time adds no names.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { loadCommands } from '../commands/all-commands.ts';
import { registerComplete } from '../commands/completion.ts';
import { definitionOf } from '../resource-arguments.ts';
import { candidatesFor, globalOptions, type CommandShape } from './candidates.ts';

const NAMES_MAX = 500;
const LOOKUP_TIMEOUT_MS = 2000;

/** Prints what may stand at the end of `words`. */
export async function runComplete(
  program: Command,
  context: CommandContext,
  words: readonly string[],
): Promise<void> {
  const rest = (await loadCommands(undefined)).filter((register) => register !== registerComplete);
  for (const register of rest) register(program, context);
  const { words: found, namesOf } = candidatesFor(shapeOf(program), words);
  const names = namesOf === undefined ? [] : await lookUp(program, context, words, namesOf.kind);
  const current = words.at(-1) ?? '';
  const all = [...found, ...names.map((name) => `${namesOf?.prefix ?? ''}${name}`)];
  for (const candidate of all) if (candidate.startsWith(current)) context.io.out(`${candidate}\n`);
}

function shapeOf(command: Command): CommandShape {
  const options = command.options.filter((option) => !option.hidden);
  const valued = options.filter((option) => option.required || option.optional);
  return {
    name: command.name(),
    subcommands: command.commands.filter((sub) => !sub.name().startsWith('__')).map(shapeOf),
    options: options.flatMap((option) => (option.long == null ? [] : [option.long])),
    withValue: valued.flatMap(({ long, short }) => [long, short]).filter((name) => name != null),
    arguments: command.registeredArguments.map((argument) => argument.name()),
  };
}

/** Silent about what goes wrong: a message would end up in the user's command line. */
async function lookUp(
  program: Command,
  context: CommandContext,
  words: readonly string[],
  kind: string,
): Promise<string[]> {
  for (const [option, value] of Object.entries(globalOptions(words))) program.setOptionValue(option, value);
  try {
    const connection = await context.connect();
    const definition = definitionOf(kind);
    const { items } = await connection.client.list(definition, {
      namespace: definition.namespaced ? connection.namespace : '',
      limit: NAMES_MAX,
      signal: AbortSignal.timeout(LOOKUP_TIMEOUT_MS),
    });
    return items.map(({ metadata }) => metadata.name ?? '');
  } catch {
    return [];
  }
}
