// Flags made ready to be evaluated again and again: references resolved, targeting checked, schedules in order. Pure.
import { FeatureFlag as FlagdFlag } from '@openfeature/flagd-core';
import { ownField, type JsonMap } from '../json-value.ts';
import type { FeatureFlagSpec, Flag, FlagRules, FlagSpec } from '../kinds/feature-flag.ts';
import type { FlagMetadata } from './evaluate-flag.ts';
import { resolveReferences } from './resolve-references.ts';
import { settled } from './schedules.ts';

/** What a flag is from some time on. */
interface Phase {
  fromMs: number;
  state: Flag['state'];
  /** Undefined when it cannot be evaluated. */
  engine: FlagdFlag | undefined;
}

/** Which object a flag is of, and which state of it. */
export interface FlagSource {
  name: string;
  /** A generation. */
  version: string;
}

/** A flag made ready. */
export interface PreparedFlag {
  key: string;
  source: FlagSource | undefined;
  metadata: FlagMetadata;
  readsTime: boolean;
  /** Oldest first; there is always one. */
  phases: readonly [Phase, ...Phase[]];
  isKilled: boolean;
  /** What it is while it is off. */
  off: { variant: string; value: unknown } | undefined;
  prerequisites: NonNullable<FlagRules['prerequisites']>;
  /** The flags of the same object. */
  siblings: FlagSet;
}

/** Flags made ready, by their keys. */
export type FlagSet = ReadonlyMap<string, PreparedFlag>;

/** The engine's log is for its developers; what users should know is in the outcome. */
export const SILENT = { error: ignore, warn: ignore, info: ignore, debug: ignore };

/** Makes flags ready. A flag that cannot be read fails alone, with PARSE_ERROR at each evaluation. */
export function prepareFlags(
  flagSpec: Pick<FlagSpec, 'flags' | '$evaluators' | 'metadata'>,
  { rules = {}, source }: { rules?: FeatureFlagSpec['rules']; source?: FlagSource } = {},
): FlagSet {
  const flags = new Map<string, PreparedFlag>();
  const { $evaluators = {}, metadata } = flagSpec;
  for (const [key, flag] of Object.entries(flagSpec.flags)) {
    const own = ownField(rules, key) ?? {};
    const engines = prepared(key, flag, own, { $evaluators, metadata });
    flags.set(key, {
      ...{ key, source, ...engines },
      isKilled: own.killSwitch?.engaged === true,
      off: offOf(flag, own),
      prerequisites: own.prerequisites ?? [],
      siblings: flags,
    });
  }
  return flags;
}

/** What a flag is at a time. */
export function phaseAt({ phases }: PreparedFlag, nowMs: number): Phase {
  const [first] = phases;
  if (phases.length === 1) return first;
  return phases.findLast(({ fromMs }) => fromMs <= nowMs) ?? first;
}

function prepared(
  key: string,
  flag: Flag,
  { schedule = [] }: FlagRules,
  { $evaluators, metadata: shared }: { $evaluators: JsonMap; metadata: JsonMap | undefined },
): Pick<PreparedFlag, 'metadata' | 'readsTime' | 'phases'> {
  const metadata = { ...shared, ...flag.metadata } as FlagMetadata;
  const resolved = resolvedTargeting(flag, $evaluators);
  const phase = (fromMs: number, now: Pick<Flag, 'state' | 'defaultVariant'>): Phase => ({
    ...{ fromMs, state: now.state },
    engine: resolved && engineOf(key, { ...flag, ...now, metadata }, resolved.rule),
  });
  const later = schedule.map(({ at }) => {
    const fromMs = Date.parse(at);
    return phase(fromMs, settled(flag, { schedule }, fromMs).now);
  });
  return { metadata, readsTime: resolved?.readsTime ?? false, phases: [phase(-Infinity, flag), ...later] };
}

function resolvedTargeting({ targeting = {} }: Flag, rules: JsonMap) {
  try {
    return resolveReferences(targeting, rules);
  } catch {
    return undefined;
  }
}

function engineOf(key: string, flag: Flag, targeting: unknown): FlagdFlag | undefined {
  const { state, variants, defaultVariant = '', metadata } = flag;
  const definition = { state, variants, defaultVariant, targeting, metadata };
  try {
    // Rules of users are interpreted, never made into code.
    return new FlagdFlag(key, definition as ConstructorParameters<typeof FlagdFlag>[1], SILENT, {
      disableDynamicCodeGeneration: true,
    });
  } catch {
    return undefined;
  }
}

function offOf({ variants }: Flag, { offVariant }: FlagRules): PreparedFlag['off'] {
  if (offVariant === undefined || !Object.hasOwn(variants, offVariant)) return undefined;
  return { variant: offVariant, value: variants[offVariant] };
}

function ignore(): void {
  // Nobody reads it.
}
