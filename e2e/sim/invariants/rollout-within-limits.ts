// maxSurge and maxUnavailable of a Deployment hold as far as its controller decides.
import type { AnyObject } from '@gantry/api/meta';
import type { Deployment } from '@gantry/api/kinds/deployment';
import type { Pod } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import { timeMs } from '@gantry/kit/time-text';
import type { Bounds } from './bounds.ts';
import { firstBroken } from './each-write.ts';
import { isActive, isDeleting, isReady, ownerUidOf, titleOf, uidOf } from './object-reading.ts';
import { ObjectsSoFar } from './objects-so-far.ts';
import { RecentSums, RecentValues } from './recent-values.ts';
import { rolloutLimitsOf } from './rollout-limits-of.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

const DESIRED = 'deployment.kubernetes.io/desired-replicas';

/**
 * Availability is decided where a ReplicaSet is made smaller: what counts is the pods that will be left of it. The
 * number of pods is decided where pods are made. Nodes that die, users who delete pods and scalings are not the
 * controller's doing: what they take is added to what may be missing.
 */
export function createRolloutWithinLimits(bounds: Pick<Bounds, 'staleMs' | 'clockSkewMs'>): Invariant {
  const objects = new ObjectsSoFar(['Deployment', 'ReplicaSet', 'Pod']);
  const needed = new RecentValues(bounds.staleMs);
  const allowed = new RecentValues(bounds.staleMs);
  /** Available pods that are left: of what became available a moment ago the controller may not know yet. */
  const available = new RecentValues(bounds.staleMs);
  /** Of ReplicaSets. */
  const sizes = new RecentValues(bounds.staleMs);
  const losses = new RecentSums(bounds.staleMs);
  const disturbances = new RecentSums(bounds.staleMs);

  function availableOf(deploymentUid: string, atMs: number): number {
    const left = objects.ofOwner<ReplicaSet>(deploymentUid, 'ReplicaSet').map((replicaSet) => {
      const { replicas = 1, minReadySeconds = 0 } = replicaSet.spec;
      const pods = objects.ofOwner<Pod>(uidOf(replicaSet), 'Pod');
      const serving = pods.filter((pod) => isAvailable(pod, minReadySeconds, atMs + bounds.clockSkewMs));
      return Math.min(replicas, serving.length);
    });
    return left.reduce((sum, one) => sum + one, 0);
  }

  function podsOf(deploymentUid: string): number {
    const replicaSets = objects.ofOwner<ReplicaSet>(deploymentUid, 'ReplicaSet');
    return replicaSets
      .flatMap((replicaSet) => objects.ofOwner<Pod>(uidOf(replicaSet), 'Pod'))
      .filter(isActive).length;
  }

  function judgeAvailability(
    deployment: Deployment,
    write: WriteRecord,
    was: number,
    is: number,
  ): string | undefined {
    const { before, after, by, atMs } = write;
    const uid = uidOf(deployment);
    const isDecision = by.term !== undefined && after?.kind === 'ReplicaSet' && before !== undefined;
    if (!isDecision || isScaling(before as ReplicaSet, after as ReplicaSet)) {
      if (was > is) losses.add(uid, was - is, atMs);
      return undefined;
    }
    const least = needed.min(uid, atMs) ?? 0;
    const known = Math.min(least, available.min(uid, atMs) ?? 0);
    if (is >= was || is >= known - losses.sum(uid, atMs)) return undefined;
    return `${titleOf(after)} was made smaller, which leaves ${is} available pods to ${titleOf(deployment)}, which needs ${least}`;
  }

  function judgePods(deployment: Deployment, { before, after, by, atMs }: WriteRecord): string | undefined {
    const uid = uidOf(deployment);
    if (before !== undefined || after?.kind !== 'Pod' || by.term === undefined) return undefined;
    // Nobody sizes the versions of one that goes: until they go too, they keep to the size they have.
    if (isDeleting(deployment)) return undefined;
    if (isLateFor(after, atMs)) disturbances.add(uid, 1, atMs);
    const most = allowed.max(uid, atMs) ?? Infinity;
    const pods = podsOf(uid);
    if (pods <= most || disturbances.sum(uid, atMs) > 0) return undefined;
    return `${titleOf(after)} was made as pod number ${pods} of ${titleOf(deployment)}, which may have ${most}`;
  }

  /** Its ReplicaSet wanted it until a moment ago: the creation was under way when that was made smaller. */
  function isLateFor(pod: AnyObject, atMs: number): boolean {
    const replicaSet = objects.byUid(ownerUidOf(pod) ?? '') as ReplicaSet | undefined;
    if (replicaSet === undefined) return false;
    const uid = uidOf(replicaSet);
    const own = objects.ofOwner<Pod>(uid, 'Pod').filter(isActive).length;
    return own > (replicaSet.spec.replicas ?? 1) && own <= (sizes.max(uid, atMs) ?? 0);
  }

  function noteSize({ before, after, atMs }: WriteRecord): void {
    const { spec, ...replicaSet } = (after ?? before) as ReplicaSet;
    const uid = replicaSet.metadata.uid ?? '';
    if (after === undefined) sizes.delete(uid);
    else sizes.set(uid, spec.replicas ?? 1, atMs);
  }

  function noteDeployment({ before, after, atMs }: WriteRecord): void {
    const deployment = (after ?? before) as Deployment;
    const uid = uidOf(deployment);
    if (after === undefined) for (const memory of [needed, allowed, available, losses]) memory.delete(uid);
    else {
      const limits = rolloutLimitsOf(deployment);
      needed.set(uid, limits.needed, atMs);
      allowed.set(uid, limits.allowed, atMs);
    }
  }

  function judge(write: WriteRecord): string | undefined {
    const { before, after, atMs } = write;
    const object = after ?? before;
    const deployment = deploymentOf(object);
    const uid = deployment === undefined ? '' : uidOf(deployment);
    const counts = deployment !== undefined && mayChangeAvailability(write);
    const was = counts ? availableOf(uid, atMs) : 0;
    if (counts) available.set(uid, was, atMs);
    objects.apply(write);
    if (object?.kind === 'Deployment') noteDeployment(write);
    if (object?.kind === 'ReplicaSet') noteSize(write);
    if (deployment === undefined) return undefined;
    if (isDisturbance(write)) disturbances.add(uid, 1, atMs);
    const broken = counts ? judgeAvailability(deployment, write, was, availableOf(uid, atMs)) : undefined;
    return broken ?? judgePods(deployment, write);
  }

  function deploymentOf(object: WriteRecord['after']): Deployment | undefined {
    if (object?.kind !== 'Pod' && object?.kind !== 'ReplicaSet') return undefined;
    const owner = objects.byUid(ownerUidOf(object) ?? '');
    const top = owner?.kind === 'ReplicaSet' ? objects.byUid(ownerUidOf(owner) ?? '') : owner;
    return top?.kind === 'Deployment' ? (top as Deployment) : undefined;
  }

  return {
    name: 'rollout-within-limits',
    sentence:
      "No decision of a Deployment's controller takes it below what maxUnavailable leaves, or makes pods beyond maxSurge.",
    check: (view) => firstBroken(view, judge),
  };
}

/** Most writes say nothing new about who serves, and counting pods costs. */
function mayChangeAvailability({ before, after }: WriteRecord): boolean {
  if ((after ?? before)?.kind === 'ReplicaSet') return true;
  const serves = (pod: WriteRecord['after']): boolean =>
    pod !== undefined && isActive(pod as Pod) && isReady(pod as Pod);
  return serves(before) !== serves(after);
}

/** A change of the wanted size is shared among the versions whatever serves: Kubernetes' proportional scaling. */
function isScaling(before: ReplicaSet, after: ReplicaSet): boolean {
  return before.metadata.annotations?.[DESIRED] !== after.metadata.annotations?.[DESIRED];
}

/** A user who sizes a ReplicaSet, or gives it pods, goes past the Deployment. */
function isDisturbance({ before, after, by }: WriteRecord): boolean {
  if (after?.kind === 'ReplicaSet' && by.term === undefined)
    return (before as ReplicaSet | undefined)?.spec.replicas !== (after as ReplicaSet).spec.replicas;
  if (after?.kind !== 'Pod') return false;
  return before === undefined ? by.term === undefined : ownerUidOf(before) !== ownerUidOf(after);
}

function isAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  if (!isActive(pod) || !isReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  const sinceMs = timeMs(ready?.lastTransitionTime);
  return sinceMs !== undefined && sinceMs + minReadySeconds * 1000 <= nowMs;
}
