// What a server-side apply came to, for whoever applies manifests. Pure.
import type { AnyObject } from './meta.ts';

/** The manager of all fields that `gantry apply` and the page set: they are one and the same user's wishes. */
export const APPLY_MANAGER = 'gantry';

/** In the words that are printed. */
export type ApplyOutcome = 'created' | 'configured' | 'unchanged';

/** Compares the object before and after. */
export function applyOutcome(before: AnyObject | undefined, after: AnyObject): ApplyOutcome {
  if (before === undefined) return 'created';
  return before.metadata.resourceVersion === after.metadata.resourceVersion ? 'unchanged' : 'configured';
}
