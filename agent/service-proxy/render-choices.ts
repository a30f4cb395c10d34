// How a running HAProxy finds the side whose turn it is: see `choices.ts` for the entries that it reads. Pure.
import { whole, word } from './cli-text.ts';
import type { Routing } from './routes/routing.ts';

const COUNTERS = 'route-turns';
const COUNTERS_MAX = 10_000;

/** Names of what lines note: where, under which name the rule stands, and which counter of a request they use. */
export interface ChoiceNames {
  scope: 'txn' | 'sess';
  rule: string;
  counter: 0 | 1;
}

/** Counters of the turns of rules; nothing without rules. */
export function countersPart({ rules, frontends, splits }: Routing): string[] {
  if (rules.length === 0 && frontends.length === 0 && !splits.isUsed) return [];
  return [`backend ${COUNTERS}\n  stick-table type string len 16 size ${COUNTERS_MAX} store gpc0\n`];
}

/** Finds the side; {@link targetLine} is to follow. A rule that is not there has none. */
export function choiceLines(action: string, { scope, rule, counter }: ChoiceNames, map: string): string[] {
  const of = (name: string): string => `${scope}.${rule}_${name}`;
  const own = `${scope}.${rule}`;
  const several = `{ var(${of('turns')}) -m int gt 1 }`;
  const file = word(map);
  const isMissed = `!{ var(${of('side')}) -m found }`;
  return [
    `  ${action} set-var(${of('mix')}) var(${own}),map_str(${file})`,
    `  ${action} set-var(${of('turns')}) var(${of('mix')}),map_str(${file},1),add(0)`,
    `  ${action} set-var(${of('turn')}) int(0)`,
    `  ${action} track-sc${counter} var(${own}) table ${COUNTERS} if ${several}`,
    `  ${action} set-var(${of('turn')}) sc_inc_gpc0(${whole(counter)},${COUNTERS}),mod(${of('turns')}) if ${several}`,
    `  ${action} set-var(${of('side')}) var(${of('mix')}),concat(:,${of('turn')}),map_str(${file})`,
    // The shares have changed since the first of these lines: a mix that is not used any more is no longer there.
    `  ${action} set-var(${of('mix')}) var(${own}),map_str(${file}) if ${isMissed}`,
    `  ${action} set-var(${of('side')}) var(${of('mix')}),concat(:0),map_str(${file}) if ${isMissed}`,
  ];
}

/** Where the side leads. */
export function targetLine(action: string, { scope, rule }: ChoiceNames, map: string): string {
  const own = `${scope}.${rule}`;
  return `  ${action} set-var(${scope}.slot) var(${own}),concat(:,${own}_side),map_str(${word(map)})`;
}
