// Where the parts of a rule's requests go, as entries of the map `routes`. Pure.
//
//   <rule>         how its requests are shared out: the name of a mix
//   <mix>, <mix>:n a sequence of turns, how many they are and whose each is; what a mix is never changes
//   <rule>:<side>  where a side leads
//   <rule>:m<n>    who gets copies of its requests
//
// So other shares are one entry that changes: at no moment does a request meet one half of each.
import { scale, spread } from './routes/spread.ts';

/** Of a rule. */
export interface Choice {
  rule: string;
  /** Shares that are to be had now. */
  weights: readonly number[];
  /** Of a rule whose users stay on their side: the shares that were asked for. */
  asked?: readonly number[] | undefined;
  /** Where each side leads: a slot or a split; undefined where nothing is. */
  targets: readonly (string | undefined)[];
}

/** What is new comes before what leads to it. */
export function choiceEntries(choices: readonly Choice[]): Map<string, string> {
  const entries = new Map<string, string>();
  for (const { weights, asked } of choices) if (asked === undefined) addMix(entries, weights);
  for (const { rule, weights, targets } of choices)
    targets.forEach((target, side) => {
      if (target !== undefined && (weights[side] ?? 0) > 0) entries.set(`${rule}:${side}`, target);
    });
  for (const { rule, weights, asked } of choices)
    if (weights.some((weight) => weight > 0))
      entries.set(rule, asked === undefined ? mixName(weights) : `${asked.join('-')}.${weights.join('-')}`);
  return entries;
}

/** Whether a key is that of a rule: nothing leads to what stands behind it once it is gone. */
export function isRuleEntry(key: string): boolean {
  return !key.includes(':') && !key.startsWith('m');
}

function addMix(entries: Map<string, string>, weights: readonly number[]): void {
  const name = mixName(weights);
  if (entries.has(name)) return;
  const turns = spread(weights);
  if (turns.length === 0) return;
  turns.forEach((side, turn) => entries.set(`${name}:${turn}`, String(side)));
  entries.set(name, String(turns.length));
}

function mixName(weights: readonly number[]): string {
  return `m${scale(weights).join('-')}`;
}
