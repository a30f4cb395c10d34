// All that is shown of a Rollout: itself, its versions, their pods and AnalysisRuns, each told from those of others. Pure.
import type { AnalysisRun } from '../kinds/analysis-run.ts';
import type { Experiment } from '../kinds/experiment.ts';
import type { Pod } from '../kinds/pod.ts';
import type { ReplicaSet } from '../kinds/replica-set.ts';
import type { Rollout } from '../kinds/rollout.ts';
import type { ObjectMeta } from '../meta.ts';
import { EXPERIMENT_TEMPLATE, HASH_LABEL, REVISION, SCALE_DOWN_DEADLINE } from './marks.ts';

/** A Rollout and the objects of its namespace among which its own are. */
export interface Picture {
  rollout: Rollout;
  replicaSets: readonly ReplicaSet[];
  pods: readonly Pod[];
  runs: readonly AnalysisRun[];
  experiments: readonly Experiment[];
  nowMs: number;
}

/** What a version is to the Rollout just now. */
export type Role = 'stable' | 'canary' | 'active' | 'preview';

/** An Experiment of a step with what belongs to it. */
export interface Trial {
  experiment: Experiment;
  sides: readonly { name: string; replicaSet: ReplicaSet; pods: readonly Pod[] }[];
  runs: readonly AnalysisRun[];
}

/** One version: a ReplicaSet with what belongs to it. */
export interface Version {
  name: string;
  revision: number;
  roles: readonly Role[];
  images: readonly string[];
  replicaSet: ReplicaSet;
  pods: readonly Pod[];
  runs: readonly AnalysisRun[];
  experiments: readonly Trial[];
  /** Until when it keeps its pods although it has no traffic. */
  keepsUntil: string | undefined;
}

/** The versions, latest first. */
export function versionsOf(picture: Picture): Version[] {
  const { rollout, replicaSets, pods, runs } = picture;
  return replicaSets
    .filter((set) => isOwnedBy(set, rollout))
    .map((replicaSet): Version => {
      const { name = '', labels, annotations } = replicaSet.metadata;
      const hash = labels?.[HASH_LABEL] ?? '';
      return {
        name,
        revision: revisionOf(replicaSet),
        roles: rolesOf(rollout, hash),
        images: replicaSet.spec.template.spec.containers.map(({ image }) => image ?? ''),
        replicaSet,
        pods: pods.filter((pod) => isOwnedBy(pod, replicaSet)).toSorted(byName),
        runs: runs
          .filter((run) => isOwnedBy(run, rollout) && run.metadata.labels?.[HASH_LABEL] === hash)
          .toSorted(byName),
        experiments: trialsOf(picture, hash),
        keepsUntil: annotations?.[SCALE_DOWN_DEADLINE],
      };
    })
    .toSorted((a, b) => b.revision - a.revision || byName(a.replicaSet, b.replicaSet));
}

function trialsOf({ rollout, replicaSets, pods, runs, experiments }: Picture, hash: string): Trial[] {
  return experiments
    .filter((one) => isOwnedBy(one, rollout) && one.metadata.labels?.[HASH_LABEL] === hash)
    .toSorted(byName)
    .map((experiment) => ({
      experiment,
      sides: replicaSets
        .filter((set) => isOwnedBy(set, experiment))
        .toSorted(byName)
        .map((replicaSet) => ({
          name: replicaSet.metadata.annotations?.[EXPERIMENT_TEMPLATE] ?? '',
          replicaSet,
          pods: pods.filter((pod) => isOwnedBy(pod, replicaSet)).toSorted(byName),
        })),
      runs: runs.filter((run) => isOwnedBy(run, experiment)).toSorted(byName),
    }));
}

/** The number of a version; 0 when it has none yet. */
export function revisionOf({ metadata }: { metadata: ObjectMeta }): number {
  return Number(metadata.annotations?.[REVISION] ?? 0) || 0;
}

/** `revision 2 (canary)`. */
export function versionText({ revision, roles }: Pick<Version, 'revision' | 'roles'>): string {
  return `revision ${revision}${roles.length === 0 ? '' : ` (${roles.join(', ')})`}`;
}

function rolesOf({ spec, status = {} }: Rollout, hash: string): Role[] {
  const { stableRS, currentPodHash, blueGreen = {} } = status;
  const isStable = hash === stableRS;
  if (spec.strategy.blueGreen === undefined)
    return isStable ? ['stable'] : hash === currentPodHash ? ['canary'] : [];
  const isActive = hash === blueGreen.activeSelector;
  const isPreview = !isActive && (hash === blueGreen.previewSelector || hash === currentPodHash);
  return [
    ...(isStable ? (['stable'] as const) : []),
    ...(isActive ? (['active'] as const) : []),
    ...(isPreview && !isStable ? (['preview'] as const) : []),
  ];
}

/** Whether an owner reference names the object. */
export function isOwnedBy(object: { metadata: ObjectMeta }, owner: { metadata: ObjectMeta }): boolean {
  return object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) === true;
}

function byName(a: { metadata: ObjectMeta }, b: { metadata: ObjectMeta }): number {
  return (a.metadata.name ?? '').localeCompare(b.metadata.name ?? '');
}
