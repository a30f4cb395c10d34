// The Service of the new version turns to another one only while it has no traffic.
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { AnyObject } from '@gantry/api/meta';
import { judgingWrites } from '../each-write.ts';
import { isDeleting, nameOf, titleOf } from '../object-reading.ts';
import { ObjectsSoFar } from '../objects-so-far.ts';
import type { Invariant, WriteRecord } from '../world-view.ts';
import { rolloutOf, sideShare, versionOf } from './rollout-reading.ts';

/**
 * Judged by the split as it is stored. A Rollout that is gone or on its way out has none to speak of: its split goes after
 * it, and so do its pods, while its Services get their own selectors back.
 */
export function createSideTurnsIdle(): Invariant {
  const objects = new ObjectsSoFar(['Rollout', 'TrafficSplit']);

  function isLeft(split: AnyObject): boolean {
    const rollout = rolloutOf(split, objects);
    return isDeleting(split) || rollout === undefined || isDeleting(rollout);
  }

  function judge(write: WriteRecord): string | undefined {
    const { before, after } = write;
    objects.apply(write);
    if (before?.kind !== 'Service' || after === undefined) return undefined;
    const [was, is] = [versionOf(before), versionOf(after)];
    if (was === '' || was === is) return undefined;
    for (const split of objects.all()) {
      if (split.kind !== 'TrafficSplit' || isLeft(split)) continue;
      const share = sideShare(split as TrafficSplit);
      const isOwn = split.metadata.namespace === after.metadata.namespace && share?.side === nameOf(after);
      if (isOwn && share.weight > 0)
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
