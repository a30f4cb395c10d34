// What a ReplicaSet's plan rests on: the ReplicaSet, the pods that it has or might adopt, and how many pods of its
// siblings (other ReplicaSets of the same Deployment) each node runs.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { ObjectKey } from '@gantry/api/meta';
import { controllerOf } from '@gantry/api/owner-references';
import type { CacheReader } from '../../cache/cache.ts';
import { candidatesFor } from '../candidates.ts';
import { isActive } from '../pod-condition.ts';

/** A ReplicaSet and what surrounds it. */
export interface ObservedReplicaSet {
  replicaSet: ReplicaSet;
  /** Own pods and orphans of the namespace. */
  candidates: readonly Pod[];
  /** Active pods of the same application, by node. */
  relatedOnNode: ReadonlyMap<string, number>;
}

/** Reads the cache; undefined when there is no such ReplicaSet. */
export function observeReplicaSet(cache: CacheReader, key: ObjectKey): ObservedReplicaSet | undefined {
  const replicaSet = cache.get(replicaSetKind, key);
  if (replicaSet === undefined) return undefined;
  const relatedOnNode = new Map<string, number>();
  for (const pod of relatedPods(cache, replicaSet)) {
    const node = pod.spec.nodeName ?? '';
    if (node !== '' && isActive(pod)) relatedOnNode.set(node, (relatedOnNode.get(node) ?? 0) + 1);
  }
  return Object.freeze({
    replicaSet,
    candidates: candidatesFor(cache, podKind, replicaSet),
    relatedOnNode,
  });
}

function relatedPods(cache: CacheReader, replicaSet: ReplicaSet): readonly Pod[] {
  const controller = controllerOf(replicaSet)?.uid;
  const siblings =
    controller === undefined ? [replicaSet] : cache.byIndex(replicaSetKind, 'owner', controller);
  return siblings.flatMap(({ metadata }) => cache.byIndex(podKind, 'owner', metadata.uid ?? ''));
}
