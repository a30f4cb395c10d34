// The arguments of the simulation: which seeds, how long, on how many threads.
import { parseArgs } from 'node:util';

export interface SimArguments {
  /** Seeds to run, in order. */
  seeds: readonly number[];
  /** One seed was asked for by name: it is shown in full. */
  isReplay: boolean;
  stepsMax?: number;
  nodes?: number;
  heartbeatIntervalMs?: number;
  chaosMs?: number;
  /** A steady rate of faults all along, and at least twice that of users' doings. */
  faultEveryMs?: number;
  /** Another rate of users' doings than that. */
  actionEveryMs?: number;
  /** Runs at the same time. */
  threads: number;
  /** A file of seeds that are run too. */
  foundFile?: string;
}

const SEEDS_MAX = 10_000_000;
const THREADS_MAX = 64;

/** @throws Error with a sentence for the user. */
export function readSimArguments(argv: readonly string[], processors: number): SimArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      steps: { type: 'string' },
      nodes: { type: 'string' },
      'heartbeat-ms': { type: 'string' },
      'chaos-ms': { type: 'string' },
      'fault-every-ms': { type: 'string' },
      'action-every-ms': { type: 'string' },
      threads: { type: 'string', default: String(processors) },
      found: { type: 'string' },
    },
  });
  const whole = (name: keyof typeof values, min: number, max: number): number | undefined => {
    const text = values[name];
    if (text === undefined || text === '') return undefined;
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new Error(`${NAMES[name] ?? name} is "${text}": give a whole number from ${min} to ${max}`);
  };
  const seed = whole('seed', 0, 2 ** 32 - 1);
  const from = whole('from', 0, 2 ** 32 - 1) ?? 1;
  const count = whole('seeds', 1, SEEDS_MAX) ?? 100;
  const sizes = {
    stepsMax: whole('steps', 1, 1e9),
    nodes: whole('nodes', 1, 1_000),
    heartbeatIntervalMs: whole('heartbeat-ms', 100, 60_000),
    chaosMs: whole('chaos-ms', 5_000, 86_400_000),
    faultEveryMs: whole('fault-every-ms', 1_000, 86_400_000),
    actionEveryMs: whole('action-every-ms', 1_000, 86_400_000),
  };
  return {
    seeds: seed === undefined ? Array.from({ length: count }, (_, at) => from + at) : [seed],
    isReplay: seed !== undefined,
    threads: whole('threads', 1, THREADS_MAX) ?? 1,
    ...(values.found === undefined ? {} : { foundFile: values.found }),
    ...(Object.fromEntries(
      Object.entries(sizes).filter(([, value]) => value !== undefined),
    ) as Partial<SimArguments>),
  };
}

/** The seeds of a file: a number at the beginning of each line that is no comment. */
export function readSeeds(text: string): number[] {
  return text
    .split('\n')
    .map((line) => /^\d+(?=\s|$)/.exec(line)?.[0])
    .flatMap((seed) => (seed === undefined ? [] : [Number(seed)]));
}

/** As `make sim` calls them. */
const NAMES: Readonly<Record<string, string>> = {
  seeds: 'SEEDS',
  from: 'FROM',
  seed: 'SEED',
  steps: 'STEPS',
};
