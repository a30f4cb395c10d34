// Going back to an earlier state of a FeatureFlag: a change of its own, never a rewriting of history. Pure.
import { CHANGE_REASON_ANNOTATION, type HistoryEntry } from '../change-history.ts';
import type { FeatureFlag, FeatureFlagSpec } from '../kinds/feature-flag.ts';

/** The state at a revision, or why it cannot be had. */
export type KeptSpec = { spec: FeatureFlagSpec } | { missing: 'not kept' | 'too large' };

/** Finds a state. */
export function specAtRevision(entries: readonly HistoryEntry[], revision: string): KeptSpec {
  const entry = entries.find((one) => String(one.revision) === revision);
  if (entry === undefined) return { missing: 'not kept' };
  if (entry.data === undefined) return { missing: 'too large' };
  return { spec: entry.data['spec'] as FeatureFlagSpec };
}

/** Why, in the words of the history. */
export function revertReason(revision: string, reason: string | undefined): string {
  return `reverted to revision ${revision}${reason === undefined ? '' : `: ${reason}`}`;
}

/** The object as it is to be written: it still names the version that was looked at. */
export function revertedFlags(object: FeatureFlag, spec: FeatureFlagSpec, why: string): FeatureFlag {
  const annotations = { ...object.metadata.annotations, [CHANGE_REASON_ANNOTATION]: why };
  return { ...object, metadata: { ...object.metadata, annotations }, spec };
}
