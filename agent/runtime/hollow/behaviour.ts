// What a hollow container does, as plain data: how long it takes to start, how long it runs, how it ends, and what it
// answers. Pure.
import type { Random } from '@gantry/kit/random';
import type { PodIdentity } from '../runtime.ts';

/** When questions whose text contains `to` are answered well. Times count from the container's start. */
export interface AnswerRule {
  /** Part of the URL, of `tcp:<port>`, or of the command; empty for every question. */
  to: string;
  /** Badly before. */
  fromMs: number;
  /** Badly from then on. */
  untilMs: number;
  /** In each period of this length the last `failMs` go badly; 0: none do. */
  everyMs: number;
  failMs: number;
  /** How long an answer takes. */
  tookMs: number;
  /** Of a command that goes badly. */
  exitCode: number;
  /** What a command writes. */
  output: string;
}

/** What one container does. */
export interface Behaviour {
  /** From created to running. */
  startMs: number;
  /** The engine's words when it cannot start. */
  startError?: string;
  /** Ends by itself after so long; without it, it runs until it is stopped. */
  runMs?: number;
  /** How it then ends. */
  exitCode: number;
  /** Takes more memory than it may after so long. */
  oomAfterMs?: number;
  /** From TERM to its end; Infinity: it does not listen. */
  termMs: number;
  termExitCode: number;
  /** Written to its log when it starts. */
  log: string;
  /** Its termination message. */
  message: string;
  cpuMilli: number;
  memoryBytes: number;
  /** Where it listens; undefined: wherever it is asked. */
  ports?: readonly number[];
  /** The first that fits counts; a question that none fits is answered well, at once. */
  answers: readonly AnswerRule[];
}

/** What a behaviour may depend on. */
export interface BehaviourSubject {
  pod: PodIdentity;
  container: string;
  /** How often it was started before. */
  attempt: number;
  imageName: string;
}

/** Says what nobody has said by annotation. */
export type BehaviourSource = (subject: BehaviourSubject) => Partial<Behaviour>;

/** Runs until it is stopped, listens, and answers well. */
export const PLAIN_BEHAVIOUR: Behaviour = {
  startMs: 0,
  exitCode: 0,
  termMs: 0,
  termExitCode: 0,
  log: '',
  message: '',
  cpuMilli: 1,
  memoryBytes: 8 * 1024 ** 2,
  answers: [],
};

/** Answers every question well, at once. */
export const PLAIN_ANSWER: AnswerRule = {
  ...{ to: '', fromMs: 0, untilMs: Infinity, everyMs: 0, failMs: 0 },
  ...{ tookMs: 0, exitCode: 1, output: '' },
};

/** Times such as a host takes them: a start in 100 to 300 ms, an end within 200 ms of TERM. */
export function usualBehaviour(random: Random): BehaviourSource {
  const between = (lowMs: number, highMs: number): number =>
    Math.round(lowMs + random.next() * (highMs - lowMs));
  return () => ({ startMs: between(100, 300), termMs: between(0, 200) });
}
