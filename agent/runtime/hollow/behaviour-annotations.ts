// Wishes in a pod's annotations, read: `hollow.gantry.dev/<key>` for all containers, `<container>.hollow.gantry.dev/<key>`
// for one. What cannot be read is an error for the user, never ignored. Pure.
import { bytesOf, cpuMilliOf, isQuantity } from '@gantry/api/quantity';
import { OperationalError } from '@gantry/kit/operational-error';
import { PLAIN_ANSWER, type AnswerRule, type Behaviour } from './behaviour.ts';

const HOLLOW_PREFIX = 'hollow.gantry.dev';

/** Why a pull fails, and the runtime's code for it. */
const PULL_ERRORS = {
  'not-found': 'image-not-found',
  denied: 'image-pull-auth',
  failed: 'image-pull-failed',
} as const;

type Annotations = Readonly<Record<string, string>>;
/** Everything a key can say. */
interface Wishes extends Omit<Partial<Behaviour>, 'answers'> {
  sandboxMs?: number;
  pullMs?: number;
  /** A code of the runtime. */
  pullError?: (typeof PULL_ERRORS)[keyof typeof PULL_ERRORS];
  crashes?: number;
  readyAfterMs?: number;
  liveForMs?: number;
  flapEveryMs?: number;
  flapForMs?: number;
  answerMs?: number;
  answers?: AnswerRule[];
}

/** By key: how its text is read. */
const KEYS: Readonly<Record<string, (text: string) => Wishes>> = {
  'pull-ms': (text) => ({ pullMs: wholeNumber(text) }),
  'pull-error': (text) => ({ pullError: PULL_ERRORS[oneOf(text, Object.keys(PULL_ERRORS))] }),
  'sandbox-ms': (text) => ({ sandboxMs: wholeNumber(text) }),
  'start-ms': (text) => ({ startMs: wholeNumber(text) }),
  'start-error': (text) => ({ startError: text }),
  'run-ms': (text) => ({ runMs: wholeNumber(text) }),
  'exit-code': (text) => ({ exitCode: wholeNumber(text, 255) }),
  crashes: (text) => ({ crashes: wholeNumber(text) }),
  'oom-after-ms': (text) => ({ oomAfterMs: wholeNumber(text) }),
  'term-ms': (text) => ({ termMs: text === 'never' ? Infinity : wholeNumber(text) }),
  'term-exit-code': (text) => ({ termExitCode: wholeNumber(text, 255) }),
  log: (text) => ({ log: text }),
  message: (text) => ({ message: text }),
  cpu: (text) => ({ cpuMilli: cpuMilliOf(quantity(text)) }),
  memory: (text) => ({ memoryBytes: bytesOf(quantity(text)) }),
  ports: (text) => ({ ports: text.split(',').map((port) => wholeNumber(port.trim(), 65_535)) }),
  'ready-after-ms': (text) => ({ readyAfterMs: wholeNumber(text) }),
  'live-for-ms': (text) => ({ liveForMs: wholeNumber(text) }),
  'flap-every-ms': (text) => ({ flapEveryMs: wholeNumber(text) }),
  'flap-for-ms': (text) => ({ flapForMs: wholeNumber(text) }),
  'answer-ms': (text) => ({ answerMs: wholeNumber(text) }),
  answers: (text) => ({ answers: answerRules(text) }),
};

const WHOLE_MAX = 1e9;

/**
 * What is said of the sandbox. Everything else is looked at too, so that the user hears of it at once.
 *
 * @throws OperationalError `container-start-failed` for a key or a value that means nothing.
 */
export function sandboxWishes(annotations: Annotations = {}): Pick<Wishes, 'sandboxMs'> {
  const all = Object.entries(annotations).map(([name, text]) => {
    const key = keyOf(name);
    return key === undefined ? {} : readKey(name, key.key, text);
  });
  const { sandboxMs } = Object.assign({}, ...all) as Wishes;
  return sandboxMs === undefined ? {} : { sandboxMs };
}

/** What is said of pulls. @throws as above, for these keys. */
export function pullWishes(annotations: Annotations = {}): Pick<Wishes, 'pullMs' | 'pullError'> {
  const said = ['pull-ms', 'pull-error'].map((key) => {
    const name = `${HOLLOW_PREFIX}/${key}`;
    const text = annotations[name];
    return text === undefined ? {} : readKey(name, key, text);
  });
  return Object.assign({}, ...said) as Wishes;
}

/**
 * What is said of this container; of the container itself before of all.
 *
 * @param attempt how often it was started before.
 */
export function wishedBehaviour(
  annotations: Annotations,
  container: string,
  attempt: number,
): Partial<Behaviour> {
  const ofAll: Wishes[] = [];
  const own: Wishes[] = [];
  for (const [name, text] of Object.entries(annotations)) {
    const key = keyOf(name);
    if (key === undefined) continue;
    if (key.container === undefined) ofAll.push(readKey(name, key.key, text));
    else if (key.container === container) own.push(readKey(name, key.key, text));
  }
  const wishes: Wishes = Object.assign({}, ...ofAll, ...own) as Wishes;
  return behaviourOf(wishes, attempt);
}

function behaviourOf(wishes: Wishes, attempt: number): Partial<Behaviour> {
  const { pullMs: _pull, pullError: _error, sandboxMs: _sandbox, ...others } = wishes;
  const { crashes, readyAfterMs, liveForMs, flapEveryMs, flapForMs, answerMs, answers, ...plain } = others;
  const toAll = { readyAfterMs, liveForMs, flapEveryMs, flapForMs, answerMs };
  const hasRules = answers !== undefined || Object.values(toAll).some((value) => value !== undefined);
  return {
    ...plain,
    ...(crashes === undefined ? {} : crashing(plain, attempt < crashes)),
    ...(hasRules ? { answers: [...(answers ?? []), ruleToAll(wishes)] } : {}),
  };
}

/** The first runs end, badly unless it is said how; later ones run on. */
function crashing({ runMs, exitCode }: Wishes, isCrash: boolean): Partial<Behaviour> {
  return isCrash ? { runMs: runMs ?? 0, exitCode: exitCode ?? 1 } : { runMs: Infinity };
}

function ruleToAll(wishes: Wishes): AnswerRule {
  const { readyAfterMs, liveForMs, flapEveryMs, flapForMs, answerMs } = wishes;
  return {
    ...PLAIN_ANSWER,
    fromMs: readyAfterMs ?? 0,
    untilMs: liveForMs ?? Infinity,
    everyMs: flapEveryMs ?? 0,
    failMs: flapForMs ?? 0,
    tookMs: answerMs ?? 0,
  };
}

function keyOf(name: string): { container: string | undefined; key: string } | undefined {
  const [prefix = '', key = ''] = name.split('/', 2);
  if (prefix === HOLLOW_PREFIX) return { container: undefined, key };
  if (!prefix.endsWith(`.${HOLLOW_PREFIX}`)) return undefined;
  return { container: prefix.slice(0, -HOLLOW_PREFIX.length - 1), key };
}

function readKey(name: string, key: string, text: string): Wishes {
  const read = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (read === undefined) {
    throw fault(`annotation ${name}: there is no such key; there are ${Object.keys(KEYS).join(', ')}`);
  }
  try {
    return read(text);
  } catch (error) {
    throw fault(`annotation ${name}: ${(error as Error).message}`);
  }
}

/** Every key of a rule may be left out. */
function answerRules(text: string): AnswerRule[] {
  const rules: unknown = JSON.parse(text);
  if (!Array.isArray(rules)) throw new Error('must be a JSON array of rules');
  const known: Readonly<Record<string, unknown>> = { ...PLAIN_ANSWER };
  return rules.map((rule: unknown) => {
    for (const [key, value] of Object.entries(Object(rule) as object)) {
      if (typeof value !== typeof known[key]) {
        throw new Error(`a rule has ${Object.keys(known).join(', ')}, not ${key}: ${JSON.stringify(value)}`);
      }
    }
    return { ...PLAIN_ANSWER, ...(rule as Partial<AnswerRule>) };
  });
}

function wholeNumber(text: string, max = WHOLE_MAX): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > max) {
    throw new Error(`must be a whole number up to ${String(max)}, not "${text}"`);
  }
  return Number(text);
}

function quantity(text: string): string {
  if (!isQuantity(text)) throw new Error(`must be a quantity such as 100m or 64Mi, not "${text}"`);
  return text;
}

function oneOf(text: string, known: readonly string[]): keyof typeof PULL_ERRORS {
  if (!known.includes(text)) throw new Error(`must be one of ${known.join(', ')}, not "${text}"`);
  return text as keyof typeof PULL_ERRORS;
}

function fault(sentence: string): OperationalError {
  return new OperationalError('container-start-failed', sentence);
}
