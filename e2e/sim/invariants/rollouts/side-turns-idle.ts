// The Service of the new version turns to another one only while it has no traffic.
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { judgingWrites } from '../each-write.ts';
import { isDeleting, nameOf, titleOf } from '../object-reading.ts';
import { ObjectsSoFar } from '../objects-so-far.ts';
import type { Invariant, WriteRecord } from '../world-view.ts';
import { sideShare, versionOf } from './rollout-reading.ts';

/** Judged by the split as it is stored; a Rollout that is on its way out has none to speak of. */
export function createSideTurnsIdle(): Invariant {
  const objects = new ObjectsSoFar(['TrafficSplit']);

  function judge(write: WriteRecord): string | undefined {
    const { before, after } = write;
    objects.apply(write);
    if (before?.kind !== 'Service' || after === undefined) return undefined;
    const [was, is] = [versionOf(before), versionOf(after)];
    if (was === '' || was === is) return undefined;
    for (const split of objects.all()) {
      const share = sideShare(split as TrafficSplit);
      const isOwn = split.metadata.namespace === after.metadata.namespace && share?.side === nameOf(after);
      if (isOwn && share.weight > 0 && !isDeleting(split))
        return `${titleOf(after)} turns from version ${was} to ${is} with ${share.weight} % of the traffic`;
    }
    return undefined;
  }

  return judgingWrites(
    'side-turns-idle',
    'The Service of the new version turns to another version only while it has no traffic.',
    judge,
  );
}
