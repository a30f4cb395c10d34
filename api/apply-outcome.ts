// What a server-side apply came to, for whoever applies manifests. Pure.
import isEqual from 'fast-deep-equal';
import type { AnyObject } from './meta.ts';

/** The manager of all fields that `gantry apply` and the page set: they are one and the same user's wishes. */
export const APPLY_MANAGER = 'gantry';

/** In the words that are printed. */
export type ApplyOutcome = 'created' | 'configured' | 'unchanged';

/** Compares the object before and after. A trial leaves the resourceVersion as it was, so that alone says nothing. */
export function applyOutcome(before: AnyObject | undefined, after: AnyObject): ApplyOutcome {
  if (before === undefined) return 'created';
  if (before.metadata.resourceVersion !== after.metadata.resourceVersion) return 'configured';
  return isEqual(wishesOf(before), wishesOf(after)) ? 'unchanged' : 'configured';
}

/** Without who wrote which field: that is told at times which differ, though nothing else does. */
function wishesOf({ metadata: { managedFields: _managers, ...metadata }, ...rest }: AnyObject): object {
  return { ...rest, metadata };
}
