// Whether everything that users asked for is there, judged by what the store says: then a quiet run need not be
// watched to the end of its calm.
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { Experiment } from '@gantry/api/kinds/experiment';
import type { Job } from '@gantry/api/kinds/job';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { AnyObject } from '@gantry/api/meta';
import { heldUpBy } from '../invariants/held-up-pods.ts';
import { wrongAfterAbort } from '../invariants/rollouts/abort-ends-at-stable.ts';
import { hasEnded, isFinished, isReady, uidOf } from '../invariants/object-reading.ts';
import type { WorldView } from '../invariants/world-view.ts';

/** False where something is still on its way. What cannot be, and says so, is waited for no longer. */
export function isSettled(view: Pick<WorldView, 'objects' | 'nodes'>): boolean {
  if (runsUnknown(view)) return false;
  const rollouts = [...view.objects('Rollout').values()];
  if (rollouts.some((rollout) => wrongAfterAbort(rollout as Rollout, view) !== undefined)) return false;
  const isHeldUp = [...view.objects('Pod').values()].some((pod) => heldUpBy(pod as Pod) !== undefined);
  return Object.entries(CHECKS).every(([kind, isDone]) =>
    [...view.objects(kind).values()].every(
      (object) => object.metadata.deletionTimestamp === undefined && (isHeldUp || isDone(object)),
    ),
  );
}

/** Something runs of a pod that the API does not have any more. */
function runsUnknown({ objects, nodes }: Pick<WorldView, 'objects' | 'nodes'>): boolean {
  const uids = new Set([...objects('Pod').values()].map(uidOf));
  return [...nodes.values()].some(
    ({ up, sandboxes }) => up && sandboxes.some(({ podUid, running }) => running && !uids.has(podUid)),
  );
}

const CHECKS: Readonly<Record<string, (object: AnyObject) => boolean>> = {
  Deployment: (object) => {
    const { metadata, spec, status } = object as Deployment;
    const wanted = spec.replicas ?? 1;
    const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status ?? {};
    const isSeen = status?.observedGeneration === metadata.generation;
    return isSeen && [updatedReplicas, availableReplicas, replicas].every((count) => count === wanted);
  },
  Rollout: (object) => {
    const { metadata, status } = object as Rollout;
    const isSeen = status?.observedGeneration === String(metadata.generation);
    return isSeen && status?.phase !== 'Progressing';
  },
  Experiment: (object) => {
    const { completedAt, templateStatuses = [] } = (object as Experiment).status ?? {};
    return completedAt !== undefined && templateStatuses.every(({ replicas = 0 }) => replicas === 0);
  },
  ReplicaSet: (object) => {
    const { spec, status } = object as ReplicaSet;
    return (status?.availableReplicas ?? 0) === (spec.replicas ?? 1);
  },
  DaemonSet: (object) => {
    const { status } = object as DaemonSet;
    const wanted = status?.desiredNumberScheduled ?? 0;
    return (status?.updatedNumberScheduled ?? 0) === wanted && (status?.numberAvailable ?? 0) === wanted;
  },
  Job: (object) => hasEnded(object as Job),
  CronJob: () => true,
  Pod: (object) => isFinished(object as Pod) || isReady(object as Pod),
};
