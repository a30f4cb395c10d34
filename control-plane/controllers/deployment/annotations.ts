// What a Deployment writes on its ReplicaSets: the number of the version, the sizes that a scaling starts from, and
// the Deployment's own annotations. kubectl's `rollout history` and `undo` read them.
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Fleet } from './fleet.ts';

/** Number of the version, on ReplicaSets and on the Deployment. */
export const REVISION = 'deployment.kubernetes.io/revision';
/** Numbers that the version had before an undo gave it a new one. */
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
/** The Deployment's size when the ReplicaSet was last sized. */
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
/** The same plus the surge. */
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/** Longest list of earlier numbers. */
const HISTORY_LENGTH_MAX = 2000;
/** Annotations of the Deployment that say nothing about a version. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);

type Annotations = Readonly<Record<string, string>>;

/** The number of a version; 0 when it has none. */
export function revisionOf(replicaSet: ReplicaSet): number {
  return Number(replicaSet.metadata.annotations?.[REVISION] ?? 0) || 0;
}

/** The number that the current version should have: one more than all others. */
export function nextRevision(fleet: Fleet): number {
  return Math.max(0, ...fleet.old.map(({ replicaSet }) => revisionOf(replicaSet))) + 1;
}

/** Annotations that record the sizes from which a later scaling starts. */
export function sizeAnnotations({ replicas, limits }: Fleet): Annotations {
  return {
    [DESIRED_REPLICAS]: String(replicas),
    [MAX_REPLICAS]: String(replicas + limits.maxSurge),
  };
}

/**
 * Annotations of the current version's ReplicaSet: the Deployment's own, and a number that is higher than that of
 * all other versions. A version that had a lower one keeps it in its history.
 */
export function versionAnnotations(
  deployment: Deployment,
  present: Annotations,
  revision: number,
): Annotations {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([key]) => !NOT_COPIED.has(key),
  );
  const before = Number(present[REVISION] ?? 0) || 0;
  const annotations: Record<string, string> = { ...present, ...Object.fromEntries(copied) };
  if (before >= revision) return annotations;
  annotations[REVISION] = String(revision);
  if (before > 0) annotations[REVISION_HISTORY] = withEarlier(present[REVISION_HISTORY], before);
  return annotations;
}

/** A list of earlier numbers with one more; the oldest go when it is too long. */
export function withEarlier(history: string | undefined, revision: number): string {
  const earlier = (history ?? '').split(',').filter((text) => text !== '');
  const all = [...earlier, String(revision)];
  while (all.length > 1 && all.join(',').length > HISTORY_LENGTH_MAX) all.shift();
  return all.join(',');
}
