// What a Deployment's plan rests on: the Deployment, the ReplicaSets that it has or might adopt, their pods, and
// the names that are taken.
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import { candidatesFor } from '../candidates.ts';

/** A Deployment and what surrounds it. */
export interface ObservedDeployment {
  deployment: Deployment;
  /** Own ReplicaSets and orphans of the namespace. */
  candidates: readonly ReplicaSet[];
  /** Pods of each candidate, by its uid. */
  podsOf: ReadonlyMap<string, readonly Pod[]>;
  /** Names of the namespace's ReplicaSets that begin like this Deployment's. */
  takenNames: ReadonlySet<string>;
}

/** Reads the cache; undefined when there is no such Deployment. */
export function observeDeployment(cache: CacheReader, key: ObjectKey): ObservedDeployment | undefined {
  const deployment = cache.get(deploymentKind, key);
  if (deployment === undefined) return undefined;
  const candidates = candidatesFor(cache, replicaSetKind, deployment);
  const podsOf = new Map(
    candidates.map(({ metadata: { uid = '' } }) => [uid, cache.byIndex(podKind, 'owner', uid)]),
  );
  return Object.freeze({ deployment, candidates, podsOf, takenNames: takenNames(cache, key) });
}

/** Names of the namespace's ReplicaSets that begin like the owner's. */
export function takenNames(cache: CacheReader, { namespace, name }: ObjectKey): ReadonlySet<string> {
  const prefix = `${name}-`;
  const names = cache.list(replicaSetKind, namespace).map(({ metadata }) => metadata.name ?? '');
  return new Set(names.filter((taken) => taken.startsWith(prefix)));
}
