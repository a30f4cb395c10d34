// A status describes a desired state that exists.
import { judgingWrites } from './each-write.ts';
import { titleOf } from './object-reading.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

/** `status.observedGeneration` of all kinds that have it. */
export function createObservedNotAhead(): Invariant {
  return judgingWrites(
    'observed-not-ahead',
    'status.observedGeneration is never ahead of the generation, and never goes back.',
    ({ before, after }) => {
      const observed = observedOf(after);
      if (after === undefined || observed === undefined) return undefined;
      const generation = after.metadata.generation ?? 0;
      if (observed > generation)
        return `${titleOf(after)} says that it observed generation ${observed}, but has ${generation}`;
      const earlier = observedOf(before) ?? 0;
      return observed >= earlier
        ? undefined
        : `${titleOf(after)} went back from observed generation ${earlier} to ${observed}`;
    },
  );
}

/** Rollouts tell it as text, as Argo's do. */
function observedOf(object: WriteRecord['after']): number | undefined {
  const { observedGeneration } = (object?.['status'] ?? {}) as { observedGeneration?: number | string };
  return observedGeneration === undefined ? undefined : Number(observedGeneration);
}
