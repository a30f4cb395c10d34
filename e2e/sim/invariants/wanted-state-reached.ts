// Left alone, every workload becomes what it is to be.
import type { AnyObject } from '@gantry/api/meta';
import type { DaemonSet } from '@gantry/api/kinds/daemon-set';
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { Job } from '@gantry/api/kinds/job';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import { controllerOf } from '@gantry/api/owner-references';
import { timeMs } from '@gantry/kit/time-text';
import type { Bounds } from './bounds.ts';
import { heldUpBy } from './held-up-pods.ts';
import { hasEnded, holds, isActive, isDeleting, ownerUidOf, titleOf, uidOf } from './object-reading.ts';
import { createLookTimer } from './settled.ts';
import type { Invariant, WorldView } from './world-view.ts';

/** A failed pod of a Job is replaced after a back-off of at most this. */
const JOB_BACKOFF_MAX_MS = 6 * 60_000;

/** A workload with a pod that is held up (no room, crash loop, no such image) and says so is excepted. */
export function createWantedStateReached(
  bounds: Pick<Bounds, 'settleMs' | 'staleMs' | 'clockSkewMs'>,
): Invariant {
  const isTime = createLookTimer(bounds);
  return {
    name: 'wanted-state-reached',
    sentence:
      'Within a bound after the world became calm every workload has the pods that it is to have, all of them ready.',
    check(view) {
      if (!isTime(view)) return undefined;
      const pods = podsByOwner(view);
      for (const [kind, judge] of Object.entries(JUDGES))
        for (const workload of view.objects(kind).values()) {
          const own = podsOf(workload, pods, view);
          if (
            isDeleting(workload) ||
            isSpared(workload, view) ||
            isJustStarted(workload, view, bounds) ||
            own.some((pod) => heldUpBy(pod) !== undefined)
          )
            continue;
          const missing = observedWrong(workload) ?? judge(workload, own, view.nowMs);
          if (missing !== undefined)
            return `${titleOf(workload)} ${missing}, ${view.nowMs - (view.calmSinceMs ?? 0)} ms after the world became calm`;
        }
      return undefined;
    },
  };
}

/**
 * A host that is down takes its pod of a DaemonSet with it; no other can stand in. A Rollout waits for those that come
 * first, and they may be waiting for people.
 */
function isSpared(workload: AnyObject, view: WorldView): boolean {
  if (workload.kind === 'Rollout') return waitsForOthers(workload as Rollout, view);
  return workload.kind === 'DaemonSet' && [...view.nodes.values()].some(({ up }) => !up);
}

function waitsForOthers({ metadata, spec }: Rollout, view: WorldView): boolean {
  const names = new Set((spec.dependsOn ?? []).map(({ name }) => name));
  const others = [...view.objects('Rollout').values()].filter(
    (other) => other.metadata.namespace === metadata.namespace && names.has(other.metadata.name ?? ''),
  );
  return others.length < names.size || others.some((other) => (other as Rollout).status?.phase !== 'Healthy');
}

/** CronJobs go on in a calm world: a Job that one has made only now has no pods yet. */
function isJustStarted(
  { kind, metadata }: AnyObject,
  { nowMs }: WorldView,
  { staleMs, clockSkewMs }: Pick<Bounds, 'staleMs' | 'clockSkewMs'>,
): boolean {
  if (kind !== 'Job' || controllerOf({ metadata })?.kind !== 'CronJob') return false;
  return nowMs - (timeMs(metadata.creationTimestamp) ?? 0) < staleMs + clockSkewMs;
}

type Judge = (workload: AnyObject, pods: readonly Pod[], nowMs: number) => string | undefined;

const JUDGES: Readonly<Record<string, Judge>> = {
  Rollout: (workload) => rolloutWrong(workload as Rollout),
  Deployment: (workload, pods) => deploymentWrong(workload as Deployment, pods),
  ReplicaSet: (workload, pods) => replicaSetWrong(workload as ReplicaSet, pods),
  DaemonSet: (workload, pods) => daemonSetWrong(workload as DaemonSet, pods),
  Job: (workload, pods, nowMs) => jobWrong(workload as Job, pods, nowMs),
};

function podsByOwner(view: WorldView): ReadonlyMap<string, Pod[]> {
  const pods = new Map<string, Pod[]>();
  for (const pod of view.objects('Pod').values()) {
    const owner = ownerUidOf(pod) ?? '';
    pods.set(owner, [...(pods.get(owner) ?? []), pod as Pod]);
  }
  return pods;
}

function podsOf(workload: AnyObject, pods: ReadonlyMap<string, Pod[]>, view: WorldView): Pod[] {
  if (workload.kind !== 'Deployment' && workload.kind !== 'Rollout') return pods.get(uidOf(workload)) ?? [];
  return [...view.objects('ReplicaSet').values()]
    .filter((replicaSet) => ownerUidOf(replicaSet) === uidOf(workload))
    .flatMap((replicaSet) => pods.get(uidOf(replicaSet)) ?? []);
}

function observedWrong({ metadata, ...object }: AnyObject): string | undefined {
  const { observedGeneration } = (object['status'] ?? {}) as { observedGeneration?: number | string };
  if (object.kind === 'Job' || Number(observedGeneration ?? 0) === metadata.generation) return undefined;
  return `has generation ${metadata.generation ?? 0}, of which ${observedGeneration ?? 0} is observed`;
}

/** What people, flags and time have to decide is waited for; nothing else may take so long. */
function rolloutWrong({ status = {} }: Rollout): string | undefined {
  const { phase, reasons = [] } = status;
  if (phase !== 'Progressing' || reasons.some((reason) => reason.startsWith('waiting for flag')))
    return undefined;
  return `is still under way: ${reasons.join('; ')}`;
}

function deploymentWrong({ spec, status = {} }: Deployment, pods: readonly Pod[]): string | undefined {
  const { replicas: wanted = 1, paused } = spec;
  if (paused === true) return undefined;
  const active = pods.filter(isActive).length;
  if (active !== wanted) return `has ${active} pods of ${wanted}`;
  const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status;
  if (updatedReplicas === wanted && availableReplicas === wanted && replicas === wanted) return undefined;
  return `tells of ${replicas} pods, ${updatedReplicas} updated and ${availableReplicas} available, of ${wanted}`;
}

function replicaSetWrong({ spec, status }: ReplicaSet, pods: readonly Pod[]): string | undefined {
  const { replicas: wanted = 1 } = spec;
  const active = pods.filter(isActive).length;
  if (active !== wanted) return `has ${active} pods of ${wanted}`;
  const { replicas = 0, readyReplicas = 0 } = status ?? {};
  return replicas === wanted && readyReplicas === wanted
    ? undefined
    : `tells of ${replicas} pods, ${readyReplicas} ready, of ${wanted}`;
}

function daemonSetWrong({ spec, status }: DaemonSet, pods: readonly Pod[]): string | undefined {
  const wanted = status?.desiredNumberScheduled ?? 0;
  const active = pods.filter(isActive).length;
  if (active !== wanted) return `has ${active} pods on ${wanted} nodes`;
  const { numberReady = 0, numberMisscheduled = 0, updatedNumberScheduled = 0 } = status ?? {};
  const isUpdated = spec.updateStrategy?.type === 'OnDelete' || updatedNumberScheduled === wanted;
  if (numberReady === wanted && numberMisscheduled === 0 && isUpdated) return undefined;
  return `tells of ${numberReady} ready, ${updatedNumberScheduled} updated and ${numberMisscheduled} misplaced pods, on ${wanted} nodes`;
}

const DECIDED = ['FailureTarget', 'SuccessCriteriaMet'] as const;

/** How long its program takes is the user's affair: what is asked of a Job is that enough of it runs. */
function jobWrong(job: Job, pods: readonly Pod[], nowMs: number): string | undefined {
  const { spec, status = {} } = job;
  if (hasEnded(job))
    return status.active === undefined ? undefined : `is over, and tells of ${status.active} active pods`;
  const active = pods.filter(isActive);
  if (spec.suspend === true)
    return active.length === 0 ? undefined : `is suspended, but has ${active.length} pods`;
  // Decided; it is over once its last pod is gone, of which a lost host never tells.
  if (DECIDED.some((condition) => holds(job, condition)))
    return active.length === 0 ? undefined : `is decided, but has ${active.length} pods`;
  const backsOff = pods.some(
    (pod) => pod.status?.phase === 'Failed' && nowMs - (lastEndMs(pod) ?? 0) < JOB_BACKOFF_MAX_MS,
  );
  const { parallelism = 1, completions } = spec;
  const left = completions === undefined ? parallelism : completions - (status.succeeded ?? 0);
  const wanted = Math.min(parallelism, left);
  const isWorkQueue = completions === undefined && spec.parallelism !== undefined;
  if (backsOff || active.length === wanted || (isWorkQueue && (status.succeeded ?? 0) > 0)) return undefined;
  return `has ${active.length} pods of ${wanted}`;
}

function lastEndMs({ status }: Pod): number | undefined {
  const ends = (status?.containerStatuses ?? []).map(
    ({ state }) => timeMs(state?.terminated?.finishedAt) ?? 0,
  );
  return ends.length === 0 ? undefined : Math.max(...ends);
}
