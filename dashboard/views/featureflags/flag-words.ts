// Flags in words and colours: how one stands, what is decided before it, and what is to come. Pure.
import { settled } from '@gantry/api/flags/schedules';
import type { Flag, FlagRules } from '@gantry/api/kinds/feature-flag';
import type { Tone } from '../../parts/badge.tsx';

/** How a flag stands at a time, with what schedules have changed. */
export interface FlagStanding {
  word: 'Killed' | 'Enabled' | 'Disabled';
  tone: Tone;
  /** What programs get where targeting names nothing; undefined: the value in their own code. */
  variant: string | undefined;
}

/** The standing. */
export function standingOf(
  flag: Pick<Flag, 'state' | 'defaultVariant'>,
  rules: FlagRules | undefined,
  nowMs: number,
): FlagStanding {
  if (rules?.killSwitch?.engaged === true) return { word: 'Killed', tone: 'bad', variant: rules.offVariant };
  const { now } = settled(flag, rules, nowMs);
  if (now.state === 'DISABLED') return { word: 'Disabled', tone: 'quiet', variant: undefined };
  return { word: 'Enabled', tone: 'good', variant: now.defaultVariant };
}

/** `boolean`, `string`, `number`, `object`: of the first variant; all are of one type. */
export function typeOf({ variants }: Pick<Flag, 'variants'>): string {
  const [first] = Object.values(variants);
  return first === undefined ? 'none' : Array.isArray(first) ? 'object' : typeof first;
}

/** What flags this one waits for. */
export function prerequisiteSentences(rules: FlagRules | undefined): string[] {
  const otherwise = offText(rules);
  return (rules?.prerequisites ?? []).map(
    ({ flag, variant }) =>
      `Decided only for those for whom “${flag}” is “${variant}”; all others get ${otherwise}.`,
  );
}

/** Flags that wait for this one: `checkout: needs “on”`. */
export function dependentsOf(
  key: string,
  rules: Readonly<Record<string, FlagRules>> | undefined,
): { key: string; variant: string }[] {
  return Object.entries(rules ?? {}).flatMap(([other, { prerequisites = [] }]) =>
    prerequisites.filter(({ flag }) => flag === key).map(({ variant }) => ({ key: other, variant })),
  );
}

/** One change on schedule. */
export interface ScheduleLine {
  at: string;
  isPast: boolean;
  what: string;
}

/** Changes on schedule, as they come. */
export function scheduleLines(rules: FlagRules | undefined, nowMs: number): ScheduleLine[] {
  return (rules?.schedule ?? []).map(({ at, state, variant }) => ({
    at,
    isPast: Date.parse(at) <= nowMs,
    what: [
      ...(state === undefined ? [] : [state === 'ENABLED' ? 'it is enabled' : 'it is disabled']),
      ...(variant === undefined ? [] : [`its default becomes “${variant}”`]),
    ].join(' and '),
  }));
}

/** What is served while a flag is off. */
export function offText(rules: FlagRules | undefined): string {
  return rules?.offVariant === undefined ? 'the value in each program’s own code' : `“${rules.offVariant}”`;
}
