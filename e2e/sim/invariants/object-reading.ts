// What invariants read off objects. Written anew rather than taken from the controllers: a checker that shares the
// judgement of what it checks would share its mistakes.
import type { AnyObject } from '@gantry/api/meta';
import { keyOf, keyText } from '@gantry/api/meta';
import type { Job } from '@gantry/api/kinds/job';
import type { Pod } from '@gantry/api/kinds/pod';
import { controllerOf } from '@gantry/api/owner-references';
import type { WorldView, WriteRecord } from './world-view.ts';

/** Annotation: which index of its Job the pod is for. */
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
/** Finalizer of a pod that its Job has not counted yet. */
export const JOB_TRACKING = 'batch.kubernetes.io/job-tracking';

/** `Pod web/shop-1`. */
export function titleOf(object: AnyObject): string {
  return `${object.kind} ${keyText(keyOf(object))}`;
}

/** The kind of object that a write is about; undefined for keys that hold none. */
export function kindOf({ before, after }: WriteRecord): string | undefined {
  return (after ?? before)?.kind;
}

export function uidOf(object: AnyObject): string {
  return object.metadata.uid ?? '';
}

export function nameOf(object: AnyObject): string {
  return object.metadata.name ?? '';
}

/** Uid of the owner that manages the object; undefined when nobody does. */
export function ownerUidOf(object: AnyObject): string | undefined {
  return controllerOf(object)?.uid;
}

export function isDeleting(object: AnyObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** Whether the write tells a pod to leave for one of higher priority. */
export function isPreempted({ before, after }: WriteRecord): boolean {
  const says = (pod: Pod | undefined): boolean =>
    pod?.status?.conditions?.some(({ reason }) => reason === 'PreemptionByScheduler') === true;
  return says(after as Pod | undefined) && !says(before as Pod | undefined);
}

export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Neither finished nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !isDeleting(pod);
}

/** Whether the object's status has this condition, and it is true. */
export function holds({ status }: WithConditions, condition: string): boolean {
  return status?.conditions?.some((one) => one.type === condition && one.status === 'True') === true;
}

interface WithConditions {
  status?: { conditions?: readonly { type: string; status: string }[] };
}

/** Whether the pod says that it takes requests. */
export function isReady(pod: Pod): boolean {
  return holds(pod, 'Ready');
}

/** Whether the Job has reached its last condition. */
export function hasEnded(job: Job): boolean {
  return holds(job, 'Complete') || holds(job, 'Failed');
}

/** Whether the pod's Job has still to count it. */
export function isTracked(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(JOB_TRACKING) === true;
}

/** Of a host that is down nobody can tell what became of its pods. */
export function isOnDownHost(pod: Pod, { nodes }: Pick<WorldView, 'nodes'>): boolean {
  return nodes.get(pod.spec.nodeName ?? '')?.up === false;
}

/** Seconds that the pod has to end in good order, in milliseconds. */
export function graceMsOf(pod: Pod): number {
  return (pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
}

/** Whether a write takes an object out of service: marks it as being deleted, or removes one that was not marked. */
export function asksToGo({ before, after }: WriteRecord): boolean {
  if (before === undefined || isDeleting(before)) return false;
  return after === undefined || isDeleting(after);
}
