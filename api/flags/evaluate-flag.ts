// What a flag is for a context: flagd's evaluation, with OpenFeature's reasons and error codes. Pure: the same flags,
// key, context and time always give the same, and nothing is thrown whatever the context holds.
import type { FeatureFlag as FlagdFlag } from '@openfeature/flagd-core';
import { isMap } from '../json-value.ts';
import { phaseAt, SILENT, type FlagSet, type PreparedFlag } from './prepare-flags.ts';

export { prepareFlags, type FlagSet } from './prepare-flags.ts';

/** OpenFeature's codes of what may go wrong. */
export type FlagErrorCode =
  | 'FLAG_NOT_FOUND'
  | 'TYPE_MISMATCH'
  | 'PARSE_ERROR'
  | 'TARGETING_KEY_MISSING'
  | 'INVALID_CONTEXT'
  | 'GENERAL';

/** OpenFeature's types of values. */
export type FlagType = 'boolean' | 'string' | 'number' | 'object';

/** What a flag says of itself to programs. */
export type FlagMetadata = Readonly<Record<string, string | number | boolean>>;

/** A decision. Without a variant (DISABLED, or DEFAULT of a flag without a default) programs use their own value. */
export interface FlagDecision {
  ok: true;
  value?: unknown;
  variant?: string;
  reason: 'STATIC' | 'TARGETING_MATCH' | 'DEFAULT' | 'DISABLED';
  metadata: FlagMetadata;
}

/** No decision: programs use their own value. */
export interface FlagFailure {
  ok: false;
  errorCode: FlagErrorCode;
  /** One sentence. */
  message: string;
  metadata: FlagMetadata;
}

export type FlagEvaluation = FlagDecision | FlagFailure;

/** What an evaluation depends on beside flags, key and context. */
export interface EvaluateOptions {
  /** For `$flagd.timestamp`, in whole seconds, and for schedules; 0 when absent. */
  nowMs?: number;
  /** What the program expects; any type when absent. */
  type?: FlagType;
}

const MISSING_KEY = /missing targetingKey/i;
const NO_METADATA: FlagMetadata = {};

/** Evaluates one flag. Never throws. */
export function evaluateFlag(
  flags: FlagSet,
  key: string,
  context: unknown = {},
  { nowMs = 0, type }: EvaluateOptions = {},
): FlagEvaluation {
  const flag = flags.get(key);
  if (flag === undefined) return failure('FLAG_NOT_FOUND', `there is no flag "${key}"`);
  const fault = contextFault(context);
  if (fault !== undefined) return failure('INVALID_CONTEXT', fault, flag.metadata);
  const decision = decided(flag, context as object, nowMs, undefined);
  return type === undefined ? decision : ofType(decision, key, type);
}

/** The decision, where it is of the type that the program expects. */
export function ofType(decision: FlagEvaluation, key: string, type: FlagType): FlagEvaluation {
  if (!decision.ok || decision.variant === undefined) return decision;
  const found = typeof decision.value;
  if (found === type) return decision;
  return failure('TYPE_MISMATCH', `flag "${key}" is of type ${found}, not ${type}`, decision.metadata);
}

/** What has been decided for this context already; undefined for what is being decided. */
type Known = Map<PreparedFlag, FlagEvaluation | undefined>;

/** In this order: the kill switch, the state, the prerequisites, targeting and default. */
function decided(
  flag: PreparedFlag,
  context: object,
  nowMs: number,
  known: Known | undefined,
): FlagEvaluation {
  const { metadata } = flag;
  if (flag.isKilled) return off(flag, 'kill switch');
  const { state, engine } = phaseAt(flag, nowMs);
  if (state === 'DISABLED') return { ok: true, reason: 'DISABLED', metadata };
  const unmet = flag.prerequisites.length === 0 ? undefined : unmetOf(flag, context, nowMs, known);
  if (unmet !== undefined) return off(flag, `prerequisite ${unmet}`);
  if (engine === undefined) return failure('PARSE_ERROR', `flag "${flag.key}" cannot be read`, metadata);
  const time = flag.readsTime ? { $gantry: { timestamp: Math.floor(nowMs / 1000) } } : undefined;
  return targeted(flag, engine, time === undefined ? context : { ...context, ...time });
}

/** Flags that several wait for are decided once; what leads in circles is met by none of them. */
function unmetOf(
  flag: PreparedFlag,
  context: object,
  nowMs: number,
  known: Known = new Map(),
): string | undefined {
  known.set(flag, undefined);
  const unmet = flag.prerequisites.find(({ flag: key, variant }) => {
    const other = flag.siblings.get(key);
    if (other === undefined) return true;
    if (!known.has(other)) {
      known.set(other, undefined);
      known.set(other, decided(other, context, nowMs, known));
    }
    const decision = known.get(other);
    return decision?.ok !== true || decision.variant !== variant;
  });
  return unmet?.flag;
}

function off({ off: value, metadata }: PreparedFlag, offBecause: string): FlagDecision {
  return { ok: true, reason: 'DISABLED', ...value, metadata: { ...metadata, offBecause } };
}

/** What is wrong with a context; undefined when nothing is. */
export function contextFault(context: unknown): string | undefined {
  if (!isMap(context)) return 'the context must be an object';
  const { targetingKey } = context;
  if (targetingKey === undefined || targetingKey === null || typeof targetingKey === 'string')
    return undefined;
  return 'the targetingKey of the context must be a text';
}

function targeted({ metadata }: PreparedFlag, engine: FlagdFlag, context: object): FlagEvaluation {
  let lacksKey = false;
  // Only by its log does the engine tell that `fractional` had nothing to draw by.
  const logger = {
    ...SILENT,
    debug: (...words: unknown[]) => {
      if (MISSING_KEY.test(String(words[0]))) lacksKey = true;
    },
  };
  let result: ReturnType<FlagdFlag['evaluate']>;
  try {
    result = engine.evaluate(context as Parameters<FlagdFlag['evaluate']>[0], logger);
  } catch {
    return failure('GENERAL', `flag "${engine.key}": what its targeting results in is no variant`, metadata);
  }
  if (result.reason === 'ERROR') {
    const code = String(result.errorCode) === 'PARSE_ERROR' ? 'PARSE_ERROR' : 'GENERAL';
    return failure(code, result.errorMessage ?? `flag "${engine.key}" cannot be evaluated`, metadata);
  }
  if (lacksKey && result.reason === 'DEFAULT')
    return failure(
      'TARGETING_KEY_MISSING',
      `flag "${engine.key}" needs a targetingKey in the context`,
      metadata,
    );
  const reason = result.reason as FlagDecision['reason'];
  if (result.variant === undefined) return { ok: true, reason: 'DEFAULT', metadata };
  return { ok: true, value: result.value, variant: result.variant, reason, metadata };
}

function failure(errorCode: FlagErrorCode, message: string, metadata = NO_METADATA): FlagFailure {
  return { ok: false, errorCode, message, metadata };
}
