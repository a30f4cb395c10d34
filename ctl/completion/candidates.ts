// What may stand at the end of a command line. Pure: the command tree is given; names of objects are looked up by
// the caller where `namesOf` says so.
import { findByWord, kinds } from '@gantry/api/registry';

/** One command of the tree as far as completion needs it. */
export interface CommandShape {
  name: string;
  subcommands: readonly CommandShape[];
  /** Long options, e.g. `--output`. */
  options: readonly string[];
  /** Short and long options that take a value. */
  withValue: readonly string[];
  /** Names of its arguments, e.g. `kinds`, `names`. */
  arguments: readonly string[];
}

/** Words, or objects whose names are asked for; `prefix` goes before each name. */
export interface Candidates {
  words: readonly string[];
  namesOf?: { kind: string; prefix: string };
}

const NOTHING: Candidates = { words: [] };
const NAMESPACES: Candidates = { words: [], namesOf: { kind: 'namespaces', prefix: '' } };
const FORMATS: Candidates = { words: ['wide', 'json', 'yaml', 'name', 'jsonpath=', 'custom-columns='] };
/** What may follow an option; nothing is offered for the others. */
const OPTION_VALUES: Readonly<Record<string, Candidates>> = {
  ...{ '-n': NAMESPACES, '--namespace': NAMESPACES },
  ...{ '-o': FORMATS, '--output': FORMATS },
};
/** Commands that name pods without naming a kind. */
const POD_TARGETS = new Set(['logs', 'exec', 'attach']);
/** Arguments of commands that name a Rollout without its kind; the second ones take other workloads as well. */
const ROLLOUT_ARGUMENT = 'rollout';
const WORKLOAD_ARGUMENT = 'workload';
const ROLLOUT_NAMES = { kind: 'rollouts', prefix: '' };
const NODE_TARGETS = new Set(['cordon', 'uncordon', 'drain']);

/** Candidates for the last of the words, which may be empty. */
export function candidatesFor(root: CommandShape, line: readonly string[]): Candidates {
  const current = line.at(-1) ?? '';
  const { command, operands, option } = walk(root, line.slice(0, -1));
  if (option !== undefined) return startingWith(current, OPTION_VALUES[option] ?? NOTHING);
  if (current.startsWith('-')) return startingWith(current, [...command.options, ...root.options]);
  if (command.subcommands.length > 0) {
    return startingWith(
      current,
      command.subcommands.map(({ name }) => name),
    );
  }
  return startingWith(current, operandCandidates(command, operands, current));
}

function startingWith(current: string, found: readonly string[] | Candidates): Candidates {
  const { words, ...rest } = 'words' in found ? found : { words: found };
  return { words: words.filter((word) => word.startsWith(current)), ...rest };
}

function operandCandidates(
  { name, arguments: wanted }: CommandShape,
  operands: readonly string[],
  current: string,
): Candidates {
  if (POD_TARGETS.has(name) && operands.length === 0 && !current.includes('/')) {
    return { words: [], namesOf: { kind: 'pods', prefix: '' } };
  }
  if (NODE_TARGETS.has(name)) return { words: [], namesOf: { kind: 'nodes', prefix: '' } };
  if (name === 'completion') return { words: ['bash', 'zsh', 'fish'] };
  const [argument = ''] = wanted;
  if (argument === ROLLOUT_ARGUMENT && operands.length === 0 && !current.includes('/'))
    return { words: [], namesOf: ROLLOUT_NAMES };
  if (!['kinds', 'target', 'path', ROLLOUT_ARGUMENT, WORKLOAD_ARGUMENT].includes(argument)) return NOTHING;
  const slash = current.indexOf('/');
  if (slash > 0) {
    const kind = current.slice(0, slash);
    return findByWord(kind).length === 0 ? NOTHING : { words: [], namesOf: { kind, prefix: `${kind}/` } };
  }
  const [kind] = operands;
  if (kind === undefined) {
    const words = kinds.map(({ resource }) => resource);
    return argument === WORKLOAD_ARGUMENT ? { words, namesOf: ROLLOUT_NAMES } : { words };
  }
  return findByWord(kind).length === 0 ? NOTHING : { words: [], namesOf: { kind, prefix: '' } };
}

function walk(
  root: CommandShape,
  words: readonly string[],
): { command: CommandShape; operands: string[]; option?: string | undefined } {
  let command = root;
  const operands: string[] = [];
  let option: string | undefined;
  for (const word of words) {
    if (option !== undefined) option = undefined;
    else if (word.startsWith('-')) {
      option = [...root.withValue, ...command.withValue].find((name) => name === word);
    } else {
      const next = operands.length === 0 ? command.subcommands.find(({ name }) => name === word) : undefined;
      if (next === undefined) operands.push(word);
      else command = next;
    }
  }
  return { command, operands, option };
}

/** Values of the options of `gantry` itself that a name lookup has to respect. */
export function globalOptions(words: readonly string[]): Record<string, string> {
  const names: Readonly<Record<string, string>> = {
    ...{ '-n': 'namespace', '--namespace': 'namespace' },
    ...{ '--context': 'context', '--kubeconfig': 'kubeconfig' },
  };
  const found: Record<string, string> = {};
  words.forEach((word, index) => {
    const [option = '', value] = word.split('=', 2);
    const name = names[option];
    const text = value ?? words[index + 1];
    if (name !== undefined && text !== undefined && index < words.length - 1) found[name] = text;
  });
  return found;
}
