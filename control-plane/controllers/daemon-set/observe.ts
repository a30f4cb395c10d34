// What a DaemonSet's plan rests on: the DaemonSet, all nodes, the pods and the kept versions that it has or might
// adopt, and the names that are taken.
import { controllerRevisionKind, type ControllerRevision } from '@gantry/api/kinds/controller-revision';
import { daemonSetKind, type DaemonSet } from '@gantry/api/kinds/daemon-set';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { ObjectKey } from '@gantry/api/meta';
import type { CacheReader } from '../../cache/cache.ts';
import { candidatesFor } from '../candidates.ts';

/** A DaemonSet and what surrounds it. */
export interface ObservedDaemonSet {
  daemonSet: DaemonSet;
  nodes: readonly Node[];
  /** Own pods and orphans of the namespace. */
  podCandidates: readonly Pod[];
  /** Own ControllerRevisions and orphans of the namespace. */
  revisionCandidates: readonly ControllerRevision[];
  /** Names of the namespace's ControllerRevisions that begin like this DaemonSet's. */
  takenNames: ReadonlySet<string>;
}

/** Reads the cache; undefined when there is no such DaemonSet. */
export function observeDaemonSet(cache: CacheReader, key: ObjectKey): ObservedDaemonSet | undefined {
  const daemonSet = cache.get(daemonSetKind, key);
  if (daemonSet === undefined) return undefined;
  const names = cache
    .list(controllerRevisionKind, key.namespace)
    .map(({ metadata }) => metadata.name ?? '')
    .filter((name) => name.startsWith(`${key.name}-`));
  return Object.freeze({
    daemonSet,
    nodes: cache.list(nodeKind),
    podCandidates: candidatesFor(cache, podKind, daemonSet),
    revisionCandidates: candidatesFor(cache, controllerRevisionKind, daemonSet),
    takenNames: new Set(names),
  });
}
