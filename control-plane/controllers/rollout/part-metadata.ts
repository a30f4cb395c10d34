// Labels and annotations of versions by the part that they have now. They follow the part at a promotion or an abort:
// templates and pods are changed where they are, and no pod is made anew. Pure.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import { withAdded, type PodMetadata } from '@gantry/api/rollout/added-metadata';
import isEqual from 'fast-deep-equal';
import type { Action } from '../../engine/controller.ts';
import { isDeleting, isFinished } from '../pod-condition.ts';
import type { Fleet, Member } from './fleet.ts';
import { podsOf, type Scene } from './scene.ts';

/** Pods that one pass changes; the others in the next. */
const PODS_CHANGED_MAX = 100;
const NEXT_PASS_MS = 500;
const NONE: PodMetadata = {};

/** What the version of the template has; also where it is still to be made. */
export function currentMetadata({ rollout, fleet }: Pick<Scene, 'rollout' | 'fleet'>): PodMetadata {
  const { canary, blueGreen } = rollout.spec.strategy;
  const part = isAlone(fleet)
    ? (canary?.stableMetadata ?? blueGreen?.activeMetadata)
    : (canary?.canaryMetadata ?? blueGreen?.previewMetadata);
  return part ?? NONE;
}

/** The current version is the stable one, or the first of all. */
function isAlone({ stableHash, hash }: Fleet): boolean {
  return stableHash === '' || stableHash === hash;
}

function metadataOf(scene: Scene, member: Member): PodMetadata {
  const { canary, blueGreen } = scene.rollout.spec.strategy;
  if (member === scene.fleet.current) return currentMetadata(scene);
  if (member !== scene.fleet.stable) return NONE;
  return canary?.stableMetadata ?? blueGreen?.activeMetadata ?? NONE;
}

/** A ReplicaSet whose new pods have what their version is to have. */
export function withPart(scene: Scene, member: Member, replicaSet: ReplicaSet): ReplicaSet {
  return withTemplateMetadata(replicaSet, metadataOf(scene, member));
}

/** A ReplicaSet whose template has this added. */
export function withTemplateMetadata(replicaSet: ReplicaSet, asked: PodMetadata): ReplicaSet {
  const { template } = replicaSet.spec;
  const metadata = withAdded(template.metadata ?? {}, asked);
  if (isEqual(metadata, template.metadata ?? {})) return replicaSet;
  return { ...replicaSet, spec: { ...replicaSet.spec, template: { ...template, metadata } } };
}

/**
 * Changes of the pods that there are, and when to go on where there are too many for one pass.
 *
 * @param leaving uids of pods that the same pass deletes.
 */
export function podMetadata(
  scene: Scene,
  leaving: ReadonlySet<string>,
): {
  actions: readonly Action[];
  recheckAfterMs: number | undefined;
} {
  const changed = scene.fleet.all.flatMap((member) => {
    const asked = metadataOf(scene, member);
    return podsOf(scene, member)
      .filter((pod) => !isDeleting(pod) && !isFinished(pod) && !leaving.has(pod.metadata.uid ?? ''))
      .flatMap((pod) => changedPod(pod, asked));
  });
  const actions = changed
    .slice(0, PODS_CHANGED_MAX)
    .map((object): Action => ({ type: 'update', definition: podKind, object }));
  return { actions, recheckAfterMs: changed.length > actions.length ? NEXT_PASS_MS : undefined };
}

function changedPod(pod: Pod, asked: PodMetadata): Pod[] {
  const metadata = withAdded(pod.metadata, asked);
  return isEqual(metadata, pod.metadata) ? [] : [{ ...pod, metadata }];
}
