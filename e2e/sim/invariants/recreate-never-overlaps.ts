// With strategy Recreate no version runs beside another.
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { Pod } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Bounds } from './bounds.ts';
import { firstBroken } from './each-write.ts';
import { isFinished, ownerUidOf, titleOf, uidOf } from './object-reading.ts';
import { ObjectsSoFar } from './objects-so-far.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

/** Judged where pods are made, by the pods of other versions that have not ended. */
export function createRecreateNeverOverlaps(bounds: Pick<Bounds, 'staleMs'>): Invariant {
  const objects = new ObjectsSoFar(['Deployment', 'ReplicaSet', 'Pod']);
  /** When strategy or template last changed: a pod of before may still be on its way. */
  const changedAtMs = new Map<string, number>();

  function judge(write: WriteRecord): string | undefined {
    const { before, after, by, atMs } = write;
    objects.apply(write);
    if (after?.kind === 'Deployment' && before?.metadata.generation !== after.metadata.generation)
      changedAtMs.set(uidOf(after), atMs);
    if (after?.kind !== 'Pod' || before !== undefined || by.term === undefined) return undefined;
    const own = objects.byUid(ownerUidOf(after) ?? '') as ReplicaSet | undefined;
    const deployment = objects.byUid(ownerUidOf(own ?? after) ?? '') as Deployment | undefined;
    if (deployment?.kind !== 'Deployment' || deployment.spec.strategy?.type !== 'Recreate') return undefined;
    if ((changedAtMs.get(uidOf(deployment)) ?? 0) >= atMs - bounds.staleMs) return undefined;
    const others = objects
      .ofOwner<ReplicaSet>(uidOf(deployment), 'ReplicaSet')
      .filter((replicaSet) => replicaSet !== own)
      .flatMap((replicaSet) => objects.ofOwner<Pod>(uidOf(replicaSet), 'Pod'));
    const left = others.find((pod) => !isFinished(pod));
    return left === undefined
      ? undefined
      : `${titleOf(after)} was made while ${titleOf(left)} of another version of ${titleOf(deployment)} had not ended`;
  }

  return {
    name: 'recreate-never-overlaps',
    sentence:
      'With strategy Recreate no pod of a new version is made before all pods of the others have ended.',
    check: (view) => firstBroken(view, judge),
  };
}
