// An object that was asked to go is on its way out for good.
import { timeMs } from '@gantry/kit/time-text';
import { judgingWrites } from './each-write.ts';
import { isDeleting, titleOf } from './object-reading.ts';
import type { Invariant } from './world-view.ts';

/** Marks of deletion. */
export function createDeletionIsFinal(): Invariant {
  return judgingWrites(
    'deletion-is-final',
    'Who was asked to go never comes back, gets no longer grace and no new finalizers.',
    ({ before, after }) => {
      if (before === undefined || after === undefined || !isDeleting(before)) return undefined;
      const title = titleOf(after);
      if (!isDeleting(after)) return `${title} was being deleted, and no longer is`;
      const wasMs = timeMs(before.metadata.deletionTimestamp) ?? 0;
      const isMs = timeMs(after.metadata.deletionTimestamp) ?? 0;
      const was = before.metadata.deletionGracePeriodSeconds ?? 0;
      const is = after.metadata.deletionGracePeriodSeconds ?? 0;
      if (is > was) return `${title} got ${is} s of grace instead of ${was} s`;
      // Without another grace the time stays; with a shorter one it counts from the second request.
      if (is === was && isMs !== wasMs)
        return `${title} had its deletion put off with the same grace of ${is} s`;
      const known = new Set(before.metadata.finalizers ?? []);
      const added = after.metadata.finalizers?.find((name) => !known.has(name) && !BY_REQUEST.has(name));
      return added === undefined ? undefined : `${title} got finalizer ${added} while being deleted`;
    },
  );
}

/** A later request to delete may name another policy, which is kept as a finalizer. */
const BY_REQUEST = new Set(['foregroundDeletion', 'orphan']);
