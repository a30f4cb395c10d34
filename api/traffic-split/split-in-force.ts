// A split as it is to be carried out while a flag may take its traffic back: for whoever has the flags at hand, so that
// nobody has to be asked first. Pure.
import { evaluateFlag, type FlagEvaluation, type FlagSet } from '../flags/evaluate-flag.ts';
import type { SplitBackend, SplitKillSwitch, SplitRule, TrafficSplit } from '../kinds/traffic-split.ts';

const ALL = 100;

/** Whether what a flag is takes the traffic back: by the variant that is named, else by the value true. */
export function isThrown(found: FlagEvaluation, variant: string | undefined): boolean {
  if (!found.ok) return false;
  return variant === undefined ? found.value === true : found.variant === variant;
}

/**
 * The split itself, or, while its kill switch is thrown, one of the same rules that leaves all requests with the Service
 * that is split, and copies none. A flag that is not known, or cannot be decided, takes nothing back.
 */
export function splitInForce(split: TrafficSplit, flags: FlagSet | undefined, nowMs: number): TrafficSplit {
  const { killSwitch, service, rules } = split.spec;
  if (killSwitch === undefined || flags === undefined) return split;
  if (!isThrown(decided(killSwitch, flags, nowMs), killSwitch.variant)) return split;
  return { ...split, spec: { ...split.spec, rules: rules.map((rule) => takenBack(rule, service)) } };
}

function decided({ flag, targetingKey }: SplitKillSwitch, flags: FlagSet, nowMs: number): FlagEvaluation {
  return evaluateFlag(flags, flag, { targetingKey }, { nowMs });
}

/** Backends stay, with nothing to do: proxies then have only weights to change. */
function takenBack({ mirror: _, backends, ...rule }: SplitRule, service: string): SplitRule {
  const others: SplitBackend[] = backends
    .filter((backend) => backend.service !== service)
    .map((backend) => ({ ...backend, weight: 0 }));
  return { ...rule, backends: [...others, { service, weight: ALL }] };
}
