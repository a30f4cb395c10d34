// The marks by which a Job knows its pods; the names are Kubernetes'.
import {
  CONTROLLER_UID_LABEL,
  JOB_NAME_LABEL,
  OLD_CONTROLLER_UID_LABEL,
  OLD_JOB_NAME_LABEL,
} from '@gantry/api/kinds/job/job-selector';
import type { Pod } from '@gantry/api/kinds/pod';

/** Keeps an ended pod until the Job has counted it. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
/** Annotation and label. */
export const INDEX_KEY = 'batch.kubernetes.io/job-completion-index';

/** Labels of each pod of a Job, also where its template lacks them. */
export function jobLabels(job: { metadata: { name?: string; uid?: string } }): Record<string, string> {
  const { name = '', uid = '' } = job.metadata;
  return {
    [CONTROLLER_UID_LABEL]: uid,
    [JOB_NAME_LABEL]: name,
    [OLD_CONTROLLER_UID_LABEL]: uid,
    [OLD_JOB_NAME_LABEL]: name,
  };
}

/** Whether the pod is still to be counted. */
export function isTracked(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;
}

/** The pod without its finalizer: counted, or let go without counting. */
export function untracked(pod: Pod): Pod {
  const { finalizers = [], ...metadata } = pod.metadata;
  const others = finalizers.filter((name) => name !== TRACKING_FINALIZER);
  return { ...pod, metadata: others.length === 0 ? metadata : { ...metadata, finalizers: others } };
}

/** The pod's index; undefined when it has none. */
export function completionIndex(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[INDEX_KEY];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
