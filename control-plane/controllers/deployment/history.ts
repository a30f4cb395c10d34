// Which old versions are forgotten: those beyond the limit that have no pods left, lowest number first.
import type { Deployment } from '@gantry/api/kinds/deployment';
import { isDeleting } from '../pod-condition.ts';
import { revisionOf } from './annotations.ts';
import type { Fleet, Member } from './fleet.ts';

/** Old members that are to be deleted. */
export function forgottenVersions(deployment: Deployment, fleet: Fleet): readonly Member[] {
  const limit = deployment.spec.revisionHistoryLimit;
  if (limit === undefined) return [];
  const kept = fleet.old.filter(({ replicaSet }) => !isDeleting(replicaSet));
  return kept
    .toSorted((a, b) => revisionOf(a.replicaSet) - revisionOf(b.replicaSet))
    .slice(0, Math.max(0, kept.length - limit))
    .filter(isIdle);
}

/** Told to have no pods, seen to have none, and nothing newer is still to be carried out. */
export function isIdle({ replicaSet, size, unfinished }: Member): boolean {
  const { generation = 0 } = replicaSet.metadata;
  return size === 0 && unfinished === 0 && generation <= (replicaSet.status?.observedGeneration ?? 0);
}
