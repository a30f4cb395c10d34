// metadata.generation is the number of the desired state.
import isEqual from 'fast-deep-equal';
import { findKind } from '@gantry/api/registry';
import type { AnyObject } from '@gantry/api/meta';
import { judgingWrites } from './each-write.ts';
import { isDeleting, titleOf } from './object-reading.ts';
import type { Invariant } from './world-view.ts';

/** Generations of all kinds that count them. */
export function createGenerationCountsSpec(): Invariant {
  return judgingWrites(
    'generation-counts-spec',
    'A generation begins at 1 and rises by one exactly when the desired state changes, or the object is asked to go.',
    ({ before, after }) => {
      if (after === undefined) return undefined;
      const is = after.metadata.generation;
      if (findKind(after.apiVersion, after.kind)?.hasGeneration !== true)
        return is === undefined
          ? undefined
          : `${titleOf(after)} has generation ${is}, though its kind counts none`;
      if (before === undefined)
        return is === 1 ? undefined : `${titleOf(after)} was created with generation ${is}`;
      const was = before.metadata.generation ?? 0;
      const change = changeOf(before, after);
      const due = was + (change === undefined ? 0 : 1);
      if (is === due) return undefined;
      return `${titleOf(after)} went from generation ${was} to ${is}, while ${change ?? 'nothing that is desired changed'}`;
    },
  );
}

function changeOf(before: AnyObject, after: AnyObject): string | undefined {
  if (!isDeleting(before) && isDeleting(after)) return 'it was asked to go';
  return isEqual(desired(before), desired(after)) ? undefined : 'its spec changed';
}

function desired(object: AnyObject): Record<string, unknown> {
  const { metadata: _metadata, status: _status, ...rest } = object;
  return rest;
}
