// A binding is for life.
import type { Pod } from '@gantry/api/kinds/pod';
import { judgingWrites } from './each-write.ts';
import { isDeleting, titleOf } from './object-reading.ts';
import type { Invariant } from './world-view.ts';

/** spec.nodeName of all pods. */
export function createNodeNameStays(): Invariant {
  return judgingWrites(
    'node-name-stays',
    'spec.nodeName of a pod never changes once it is set, and is never set on a pod that is being deleted.',
    ({ before, after }) => {
      if (before?.kind !== 'Pod' || after === undefined) return undefined;
      const was = (before as Pod).spec.nodeName ?? '';
      const is = (after as Pod).spec.nodeName ?? '';
      if (was === is) return undefined;
      if (was !== '')
        return `${titleOf(after)} was bound to ${was}, and now to ${is === '' ? 'no node' : is}`;
      return isDeleting(before) ? `${titleOf(after)} was bound to ${is} while being deleted` : undefined;
    },
  );
}
