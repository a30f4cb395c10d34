// What a flag is for a context: flagd's evaluation, with OpenFeature's reasons and error codes. Pure: the same flags,
// key, context and time always give the same, and nothing is thrown whatever the context holds.
import { FeatureFlag as FlagdFlag } from '@openfeature/flagd-core';
import { isMap, type JsonMap } from '../json-value.ts';
import type { Flag, FlagSpec } from '../kinds/feature-flag.ts';
import { resolveReferences } from './resolve-references.ts';

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
  /** For `$flagd.timestamp`, in whole seconds; 0 when absent. */
  nowMs?: number;
  /** What the program expects; any type when absent. */
  type?: FlagType;
}

/** A flag made ready. */
interface PreparedFlag {
  metadata: FlagMetadata;
  state: Flag['state'];
  /** Undefined when it cannot be evaluated. */
  engine: FlagdFlag | undefined;
  readsTime: boolean;
}

/** Flags made ready to be evaluated again and again. */
export type FlagSet = ReadonlyMap<string, PreparedFlag>;

const NO_METADATA: FlagMetadata = {};
const MISSING_KEY = /missing targetingKey/i;
const silent = { error: ignore, warn: ignore, info: ignore, debug: ignore };

/** Makes flags ready. A flag that cannot be read fails alone, with PARSE_ERROR at each evaluation. */
export function prepareFlags(spec: Pick<FlagSpec, 'flags' | '$evaluators' | 'metadata'>): FlagSet {
  const rules = spec.$evaluators ?? {};
  return new Map(
    Object.entries(spec.flags).map(([key, flag]) => [key, prepared(key, flag, rules, spec.metadata)]),
  );
}

function prepared(
  key: string,
  { state, variants, defaultVariant, targeting, metadata: own }: Flag,
  rules: Readonly<Record<string, unknown>>,
  shared: JsonMap | undefined,
): PreparedFlag {
  const metadata = { ...shared, ...own } as FlagMetadata;
  try {
    const { rule, readsTime } = resolveReferences(targeting ?? {}, rules);
    const definition = { state, variants, defaultVariant: defaultVariant ?? '', targeting: rule, metadata };
    // Rules of users are interpreted, never made into code.
    const engine = new FlagdFlag(key, definition as ConstructorParameters<typeof FlagdFlag>[1], silent, {
      disableDynamicCodeGeneration: true,
    });
    return { state, metadata, engine, readsTime };
  } catch {
    return { state, metadata, engine: undefined, readsTime: false };
  }
}

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
  if (flag.state === 'DISABLED') return { ok: true, reason: 'DISABLED', metadata: flag.metadata };
  if (flag.engine === undefined) return failure('PARSE_ERROR', `flag "${key}" cannot be read`, flag.metadata);
  const time = flag.readsTime ? { $gantry: { timestamp: Math.floor(nowMs / 1000) } } : undefined;
  const decision = decided(
    flag,
    flag.engine,
    time === undefined ? context : { ...(context as object), ...time },
  );
  if (!decision.ok || decision.variant === undefined || type === undefined) return decision;
  const found = typeof decision.value;
  if (found === type) return decision;
  return failure('TYPE_MISMATCH', `flag "${key}" is of type ${found}, not ${type}`, flag.metadata);
}

/** What is wrong with a context; undefined when nothing is. */
export function contextFault(context: unknown): string | undefined {
  if (!isMap(context)) return 'the context must be an object';
  const { targetingKey } = context;
  if (targetingKey === undefined || targetingKey === null || typeof targetingKey === 'string')
    return undefined;
  return 'the targetingKey of the context must be a text';
}

function decided({ metadata }: PreparedFlag, engine: FlagdFlag, context: unknown): FlagEvaluation {
  let lacksKey = false;
  // Only by its log does the engine tell that `fractional` had nothing to draw by.
  const logger = {
    ...silent,
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

function ignore(): void {
  // The engine's log is for its developers; what users should know is in the outcome.
}
