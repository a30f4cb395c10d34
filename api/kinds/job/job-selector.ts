// How a Job knows its pods: by labels with its own uid, so that no two Jobs ever share a pod.
import type { Job } from '../job.ts';

/** Label with the uid of the Job. */
export const CONTROLLER_UID_LABEL = 'batch.kubernetes.io/controller-uid';
/** Label with the name of the Job. */
export const JOB_NAME_LABEL = 'batch.kubernetes.io/job-name';
/** The same under the names of older Kubernetes versions, which users still select by. */
export const OLD_CONTROLLER_UID_LABEL = 'controller-uid';
export const OLD_JOB_NAME_LABEL = 'job-name';

/** Gives a new Job its selector, and its template the labels to match. Leaves both alone with `manualSelector`. */
export function selectOwnPods(job: Job): void {
  const { spec, metadata } = job;
  const uid = metadata.uid ?? '';
  const name = metadata.name ?? '';
  if (spec.manualSelector === true || uid === '') return;
  spec.template.metadata ??= {};
  // What the author has set stays, and is refused by the check when it is another Job's.
  spec.template.metadata.labels = {
    [CONTROLLER_UID_LABEL]: uid,
    [JOB_NAME_LABEL]: name,
    [OLD_CONTROLLER_UID_LABEL]: uid,
    [OLD_JOB_NAME_LABEL]: name,
    ...spec.template.metadata.labels,
  };
  spec.selector ??= {};
  spec.selector.matchLabels = { ...spec.selector.matchLabels };
  spec.selector.matchLabels[CONTROLLER_UID_LABEL] ??= uid;
}
