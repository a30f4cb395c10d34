// What the control plane takes away on its own had lost its owner, or was its to take.
import { isEndPhase } from '@gantry/api/analysis/run-phase';
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { AnyObject } from '@gantry/api/meta';
import type { Experiment } from '@gantry/api/kinds/experiment';
import type { Pod } from '@gantry/api/kinds/pod';
import type { ReplicaSet } from '@gantry/api/kinds/replica-set';
import type { Bounds } from './bounds.ts';
import { firstBroken } from './each-write.ts';
import { asksToGo, isActive, isDeleting, titleOf, uidOf } from './object-reading.ts';
import { ObjectsSoFar } from './objects-so-far.ts';
import { RecentSums } from './recent-values.ts';
import type { Invariant, WriteRecord } from './world-view.ts';

/** Kinds whose controllers take their own objects away; other invariants judge these. Events go by age. */
const TAKEN_BY_CONTROLLERS: ReadonlySet<string> = new Set(['Pod', 'Job', 'ControllerRevision', 'Event']);

/** Of those that have ended well, and of all others; manifests of the simulation name no other limit. */
const RUNS_KEPT = 5;

/** @param kinds all kinds that may own or be owned. */
export function createGarbageOnly(kinds: readonly string[], bounds: Pick<Bounds, 'requestMs'>): Invariant {
  const objects = new ObjectsSoFar([...kinds, 'Namespace']);
  const requests = new RecentSums(bounds.requestMs);

  function judge(write: WriteRecord): string | undefined {
    const { before, by, key, atMs } = write;
    const isOwnDoing = by.term !== undefined && asksToGo(write) && requests.sum(key, atMs) === 0;
    if (before === undefined || !isOwnDoing || TAKEN_BY_CONTROLLERS.has(before.kind)) return undefined;
    if (isInEndingNamespace(before) || before.kind === 'Namespace') return undefined;
    const owners = before.metadata.ownerReferences ?? [];
    const living = owners
      .map(({ uid }) => objects.byUid(uid))
      .find((owner) => owner !== undefined && !awaits(owner));
    if (living === undefined)
      return owners.length > 0
        ? undefined
        : `${titleOf(before)} was deleted by the control plane, though it belongs to nobody`;
    if (before.kind === 'ReplicaSet' && isIdle(before as ReplicaSet)) return undefined;
    if (isForgettable(before, living)) return undefined;
    if (hasEnded(before) || (before.kind === 'Service' && hasEnded(living))) return undefined;
    return `${titleOf(before)} was deleted by the control plane, though its owner ${titleOf(living)} lives`;
  }

  function isInEndingNamespace({ metadata }: AnyObject): boolean {
    const namespace = objects.get(`/gantry/core/namespaces/${metadata.namespace ?? ''}`);
    return metadata.namespace !== undefined && (namespace === undefined || isDeleting(namespace));
  }

  /** An old version without pods may be forgotten. */
  function isIdle(replicaSet: ReplicaSet): boolean {
    return replicaSet.spec.replicas === 0 && !objects.ofOwner<Pod>(uidOf(replicaSet), 'Pod').some(isActive);
  }

  /** An analysis that has ended goes once enough others have ended after it in the same way. */
  function isForgettable(run: AnyObject, owner: AnyObject): boolean {
    const end = endOf(run);
    if (end === undefined) return false;
    const alike = objects
      .ofOwner<AnyObject>(uidOf(owner), 'AnalysisRun')
      .filter((other) => endOf(other) === end);
    return alike.length > RUNS_KEPT;
  }

  return {
    name: 'garbage-only',
    sentence:
      'Nothing is collected whose owner lives, and nothing that never had one: owners count by uid, and only when the store says that they are gone.',
    check(view) {
      for (const { key, atMs } of view.requested) requests.add(key, 1, atMs);
      return firstBroken(view, (write) => {
        const broken = judge(write);
        objects.apply(write);
        return broken;
      });
    },
  };
}

/** Whether an analysis has ended well or badly; undefined where it has not. */
function endOf({ kind, status }: AnyObject): 'well' | 'badly' | undefined {
  if (kind !== 'AnalysisRun') return undefined;
  const { phase } = (status ?? {}) as NonNullable<AnalysisRun['status']>;
  if (!isEndPhase(phase)) return undefined;
  return phase === 'Successful' ? 'well' : 'badly';
}

/** An Experiment that is over loses its Services, and may be forgotten itself. */
function hasEnded(object: AnyObject): boolean {
  return object.kind === 'Experiment' && (object as Experiment).status?.completedAt !== undefined;
}

/** Deleted in the foreground, it waits for its dependents to go first. */
function awaits(owner: AnyObject): boolean {
  return isDeleting(owner) && owner.metadata.finalizers?.includes('foregroundDeletion') === true;
}
