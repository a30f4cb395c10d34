// Which container of a pod is meant, and what may be done with its streams. Pure.
import type { Container, Pod } from '@gantry/api/kinds/pod';
import { CliError, EXIT } from './command.ts';

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** The container named; else the one that the pod's annotation names; else the first. @throws CliError. */
export function chooseContainer(pod: Pod, wanted?: string): Container {
  const { containers, initContainers = [] } = pod.spec;
  const all = [...containers, ...initContainers];
  const preferred = all.find(({ name }) => name === pod.metadata.annotations?.[DEFAULT_CONTAINER]);
  const found = wanted === undefined ? (preferred ?? all[0]) : all.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = all.map(({ name }) => name).join(', ');
  throw new CliError(`Pod ${pod.metadata.name ?? ''} has no container "${wanted ?? ''}"; it has: ${names}.`, {
    exitCode: EXIT.notFound,
  });
}

/** What the user wants and this process has. */
export interface StreamWish {
  stdin: boolean;
  tty: boolean;
  /** Whether standard input is a terminal. */
  terminal: boolean;
}

/** How to open the streams, and what the user should know first. */
export interface StreamChoice {
  stdin: boolean;
  tty: boolean;
  raw: boolean;
  note?: string;
}

/** For a command of its own, which gets a terminal when there is one here. */
export function execStreams({ stdin, tty, terminal }: StreamWish): StreamChoice {
  const raw = tty && terminal;
  const note = tty && !terminal ? { note: 'No terminal for the command: standard input is none.' } : {};
  return { stdin, tty: raw, raw, ...note };
}

/** For a container that runs: its spec has decided what it has. @throws CliError. */
export function attachStreams(container: Container, { stdin, tty, terminal }: StreamWish): StreamChoice {
  const { name, tty: hasTerminal = false, stdin: reads = false } = container;
  if (stdin && !reads) {
    throw new CliError(`Container "${name}" reads no standard input (spec: stdin is not true).`, {
      exitCode: EXIT.usage,
      nextStep: 'Attach without -i to see its output, or use gantry exec.',
    });
  }
  const choice = { stdin, tty: hasTerminal, raw: stdin && tty && terminal && hasTerminal };
  if (tty && !hasTerminal) {
    return {
      ...choice,
      note: `Container "${name}" has no terminal (spec: tty is not true); going on without.`,
    };
  }
  if (tty && !terminal) return { ...choice, note: 'Going on without a terminal: standard input is none.' };
  return choice.raw ? { ...choice, note: 'No prompt? Press enter.' } : choice;
}
