// The version that the main Service leads to keeps the pods for all requests that are not the new version's.
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { Bounds } from '../bounds.ts';
import { judgingWrites } from '../each-write.ts';
import { ownerUidOf, titleOf, uidOf } from '../object-reading.ts';
import { ObjectsSoFar } from '../objects-so-far.ts';
import { RecentValues } from '../recent-values.ts';
import type { Invariant, WriteRecord } from '../world-view.ts';
import { rolloutOf, besideOf, servicesOf, sideShare, versionOf } from './rollout-reading.ts';

/**
 * Judged by the greatest share of the new version, and the fewest pods wanted, that there were while the controller may have
 * looked. What an audience has counts for nothing: nobody knows how many requests that is.
 */
export function createStableKeepsPods(bounds: Pick<Bounds, 'staleMs'>): Invariant {
  const objects = new ObjectsSoFar(['Rollout', 'Service', 'TrafficSplit', 'Experiment']);
  const wanted = new RecentValues(bounds.staleMs);
  const shares = new RecentValues(bounds.staleMs);

  function note({ after, atMs }: WriteRecord): void {
    if (after?.kind === 'Rollout') wanted.set(uidOf(after), (after as Rollout).spec.replicas ?? 1, atMs);
    if (after?.kind !== 'TrafficSplit') return;
    const owner = rolloutOf(after, objects);
    if (owner !== undefined) shares.set(uidOf(owner), sideShare(after as TrafficSplit)?.ofOthers ?? 0, atMs);
  }

  function judge(write: WriteRecord): string | undefined {
    const { before, after, atMs } = write;
    objects.apply(write);
    note(write);
    if (before?.kind !== 'ReplicaSet' || after === undefined) return undefined;
    const size = sizeOf(after as ReplicaSet);
    const owner = objects.byUid(ownerUidOf(after) ?? '') as Rollout | undefined;
    if (size >= sizeOf(before as ReplicaSet) || owner?.kind !== 'Rollout') return undefined;
    const { main } = servicesOf(owner);
    if (main === undefined || versionOf(besideOf(after, main, objects.all())) !== versionOf(after))
      return undefined;
    const uid = uidOf(owner);
    const share = 100 - (shares.max(uid, atMs) ?? 0);
    const needed = Math.ceil(((wanted.min(uid, atMs) ?? 0) * share) / 100);
    if (size >= needed) return undefined;
    return `${titleOf(after)} is scaled to ${size}, where ${share} % of the traffic need ${needed}`;
  }

  return judgingWrites(
    'stable-keeps-pods',
    "The version that the main Service leads to gives up no pods that the traffic needs which is not the new version's.",
    judge,
  );
}

function sizeOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1;
}
