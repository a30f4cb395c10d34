// The versions of a Deployment: one ReplicaSet each, numbered upwards.
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import { firstBroken } from './each-write.ts';
import { isDeleting, ownerUidOf, titleOf, uidOf } from './object-reading.ts';
import { ObjectsSoFar } from './objects-so-far.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';

/** Of what the controller writes; users may write what they like. */
export function createReplicaSetVersions(): Invariant {
  const objects = new ObjectsSoFar(['Deployment', 'ReplicaSet']);

  function judge(write: WriteRecord): string | undefined {
    const { before, after, by } = write;
    objects.apply(write);
    if (after?.kind !== 'ReplicaSet' || by.term === undefined) return undefined;
    const replicaSet = after as ReplicaSet;
    const owner = objects.byUid(ownerUidOf(replicaSet) ?? '');
    if (owner?.kind !== 'Deployment') return undefined;
    const others = objects
      .ofOwner<ReplicaSet>(uidOf(owner), 'ReplicaSet')
      .filter((other) => uidOf(other) !== uidOf(replicaSet));
    const [was, is] = [revisionOf(before), revisionOf(replicaSet)];
    if (is !== was) {
      const highest = Math.max(was, ...others.map(revisionOf));
      if (is <= highest)
        return `${titleOf(replicaSet)} got revision ${is}, though ${titleOf(owner)} has had revision ${highest}`;
    }
    const twin = before === undefined ? others.find((other) => isTwin(other, replicaSet)) : undefined;
    return twin === undefined
      ? undefined
      : `${titleOf(replicaSet)} was made with the template hash of ${titleOf(twin)}, for the same ${titleOf(owner)}`;
  }

  return {
    name: 'replica-set-versions',
    sentence:
      'A Deployment has one ReplicaSet for each template hash, and each number that a version gets is higher than all before.',
    check: (view) => firstBroken(view, judge),
  };
}

function revisionOf(object: WriteRecord['after']): number {
  return Number(object?.metadata.annotations?.[REVISION] ?? 0) || 0;
}

function isTwin(other: ReplicaSet, made: ReplicaSet): boolean {
  return !isDeleting(other) && other.metadata.labels?.[HASH] === made.metadata.labels?.[HASH];
}
