// What has changed between two states of flags, in phrases for people. Pure.
import isEqual from 'fast-deep-equal';
import type { Flag, FlagSpec } from '../kinds/feature-flag.ts';

type Described = Pick<FlagSpec, 'flags' | '$evaluators' | 'metadata'>;

/** Longest text of a single value. */
const VALUE_CHARS_MAX = 40;

/** One phrase a change, in the order of the keys; none when all is the same. */
export function flagChanges(before: Described | undefined, after: Described | undefined): string[] {
  const [old, next] = [before?.flags ?? {}, after?.flags ?? {}];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])].sort();
  const phrases = keys.flatMap((key) =>
    changesOfFlag(own(old, key), own(next, key)).map((change) => `flag ${key}: ${change}`),
  );
  if (!isEqual(before?.$evaluators, after?.$evaluators)) phrases.push('$evaluators changed');
  if (!isEqual(before?.metadata, after?.metadata)) phrases.push('metadata changed');
  return phrases;
}

const own = (flags: Readonly<Record<string, Flag>>, key: string): Flag | undefined =>
  Object.hasOwn(flags, key) ? flags[key] : undefined;

function changesOfFlag(before: Flag | undefined, after: Flag | undefined): string[] {
  if (after === undefined) return ['removed'];
  if (before === undefined) return [`added, ${stateText(after)}, default ${defaultText(after)}`];
  const changes: string[] = [];
  if (before.state !== after.state) changes.push(stateText(after));
  if (before.defaultVariant !== after.defaultVariant)
    changes.push(`default ${defaultText(before)} -> ${defaultText(after)}`);
  changes.push(...changedVariants(before.variants, after.variants));
  if (!isEqual(before.targeting, after.targeting)) changes.push(targetingText(before, after));
  if (!isEqual(before.metadata, after.metadata)) changes.push('metadata changed');
  return changes;
}

const stateText = ({ state }: Flag): string => state.toLowerCase();
const defaultText = ({ defaultVariant }: Flag): string => defaultVariant ?? '<none>';

function changedVariants(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    if (!Object.hasOwn(after, name)) return [`variant ${name} removed`];
    if (!Object.hasOwn(before, name)) return [`variant ${name} added`];
    if (isEqual(before[name], after[name])) return [];
    return [`variant ${name} ${valueText(before[name])} -> ${valueText(after[name])}`];
  });
}

function targetingText(before: Flag, after: Flag): string {
  if (before.targeting === undefined) return 'targeting added';
  return after.targeting === undefined ? 'targeting removed' : 'targeting changed';
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > VALUE_CHARS_MAX ? `${text.slice(0, VALUE_CHARS_MAX)}…` : text;
}
