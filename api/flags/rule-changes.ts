// What has changed between two states of a FeatureFlag, the rules beside flagd's definition included, in phrases for
// people. Pure.
import isEqual from 'fast-deep-equal';
import { ownField } from '../json-value.ts';
import type { FeatureFlagSpec, FlagRules } from '../kinds/feature-flag.ts';
import { flagChanges } from './flag-changes.ts';

/** One phrase a change; none when all is the same. */
export function specChanges(
  before: FeatureFlagSpec | undefined,
  after: FeatureFlagSpec | undefined,
): string[] {
  const [old, next] = [before?.rules ?? {}, after?.rules ?? {}];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])].sort();
  return [
    ...flagChanges(before?.flagSpec, after?.flagSpec),
    ...keys.flatMap((key) =>
      changesOfRules(ownField(old, key), ownField(next, key)).map((change) => `flag ${key}: ${change}`),
    ),
  ];
}

function changesOfRules(before: FlagRules = {}, after: FlagRules = {}): string[] {
  const changes: string[] = [];
  const [was, is] = [before, after].map(({ killSwitch }) => killSwitch?.engaged === true);
  if (was !== is) changes.push(`kill switch ${is === true ? 'engaged' : 'released'}`);
  if (before.offVariant !== after.offVariant)
    changes.push(`off variant ${before.offVariant ?? '<none>'} -> ${after.offVariant ?? '<none>'}`);
  for (const field of ['prerequisites', 'schedule'] as const) {
    if (isEqual(before[field] ?? [], after[field] ?? [])) continue;
    const verb = before[field] === undefined ? 'added' : after[field] === undefined ? 'removed' : 'changed';
    changes.push(`${field} ${verb}`);
  }
  return changes;
}
