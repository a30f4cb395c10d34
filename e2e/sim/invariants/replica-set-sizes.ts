// A ReplicaSet's controller makes no pod too many and takes none too many.
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Bounds } from './bounds.ts';
import { firstBroken } from './each-write.ts';
import {
  asksToGo,
  isActive,
  isDeleting,
  isPreempted,
  nameOf,
  ownerUidOf,
  titleOf,
  uidOf,
} from './object-reading.ts';
import { ObjectsSoFar } from './objects-so-far.ts';
import { RecentSums, RecentValues } from './recent-values.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

/**
 * Judges the controller's creations and deletions by any size that held while it may have looked. What users delete,
 * what taints drive away or the scheduler preempts, and what goes with its namespace is the world's doing.
 */
export function createReplicaSetSizes(bounds: Pick<Bounds, 'staleMs' | 'requestMs'>): Invariant {
  const objects = new ObjectsSoFar(['ReplicaSet', 'Pod', 'Node', 'Namespace']);
  const sizes = new RecentValues(bounds.staleMs);
  /** Pods that were lost, or came, without the controller. */
  const shifts = new RecentSums(bounds.staleMs);
  const requests = new RecentSums(bounds.requestMs);
  const driving = new RecentSums(bounds.staleMs);

  function activeOf(ownerUid: string): number {
    return objects.ofOwner<Pod>(ownerUid, 'Pod').filter(isActive).length;
  }

  function isDriven(pod: Pod, atMs: number): boolean {
    const node = pod.spec.nodeName ?? '';
    if (node === '') return false;
    return (
      objects.get(`/gantry/core/nodes/${node}`) === undefined ||
      isTainted(node) ||
      driving.sum(node, atMs) > 0
    );
  }

  function isTainted(node: string): boolean {
    return hasDrivingTaint(objects.get(`/gantry/core/nodes/${node}`) as Node | undefined);
  }

  function isLeaving(owner: ReplicaSet): boolean {
    const namespace = objects.get(`/gantry/core/namespaces/${owner.metadata.namespace ?? ''}`);
    return isDeleting(owner) || namespace === undefined || isDeleting(namespace);
  }

  function judgeCreation(owner: ReplicaSet, { after, by, atMs }: WriteRecord): string | undefined {
    const uid = uidOf(owner);
    if (by.term === undefined) {
      shifts.add(uid, 1, atMs);
      return undefined;
    }
    const size = sizes.max(uid, atMs) ?? 0;
    const active = activeOf(uid);
    if (active <= size + shifts.sum(uid, atMs)) return undefined;
    return `${titleOf(after ?? owner)} was made as pod number ${active} of ${titleOf(owner)}, which is to have ${size}`;
  }

  function judgeLoss(owner: ReplicaSet, write: WriteRecord): string | undefined {
    const { before, by, atMs, key } = write;
    const pod = before as Pod;
    const uid = uidOf(owner);
    const isOwnDoing =
      by.term !== undefined &&
      asksToGo(write) &&
      requests.sum(key, atMs) === 0 &&
      !isDriven(pod, atMs) &&
      !isPreempted(write) &&
      !isLeaving(owner);
    if (!isOwnDoing) {
      shifts.add(uid, 1, atMs);
      return undefined;
    }
    const size = sizes.min(uid, atMs) ?? 0;
    const left = activeOf(uid);
    if (left >= size - shifts.sum(uid, atMs)) return undefined;
    return `${titleOf(pod)} was deleted as surplus, which leaves ${left} pods to ${titleOf(owner)}, which is to have ${size}`;
  }

  function judge(write: WriteRecord): string | undefined {
    const { before, after, atMs } = write;
    const object = after ?? before;
    objects.apply(write);
    if (object?.kind === 'Node' && hasDrivingTaint(before as Node | undefined))
      driving.add(nameOf(object), 1, atMs);
    if (object?.kind === 'ReplicaSet')
      sizes.set(uidOf(object), after === undefined ? 0 : ((after as ReplicaSet).spec.replicas ?? 1), atMs);
    if (object?.kind !== 'Pod') return undefined;
    const owner = objects.byUid(ownerUidOf(object) ?? '') as ReplicaSet | undefined;
    if (owner?.kind !== 'ReplicaSet') return undefined;
    const was = before !== undefined && isActive(before as Pod);
    const is = after !== undefined && isActive(after as Pod);
    if (before === undefined) return judgeCreation(owner, write);
    if (was && !is) return judgeLoss(owner, write);
    if (ownerUidOf(before) !== ownerUidOf(object)) shifts.add(uidOf(owner), 1, atMs);
    return undefined;
  }

  return {
    name: 'replica-set-sizes',
    sentence:
      'A ReplicaSet gets no pod beyond its size, and loses none by its controller that it needs for its size.',
    check(view) {
      for (const { key, atMs } of view.requested) requests.add(key, 1, atMs);
      return firstBroken(view, judge);
    },
  };
}

function hasDrivingTaint(node: Node | undefined): boolean {
  return node?.spec?.taints?.some(({ effect }) => effect === 'NoExecute') === true;
}
