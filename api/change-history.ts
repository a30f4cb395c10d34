// The history of an object's changes as ControllerRevisions that belong to it: names of the labels and annotations, and
// how an entry is read. Pure.
import type { ControllerRevision } from './kinds/controller-revision.ts';

/** On a ControllerRevision: the uid of the object whose change it keeps. */
export const HISTORY_OF_LABEL = 'gantry.dev/history-of';
/** On an object: why it is changed. In the history when it was set with the change. */
export const CHANGE_REASON_ANNOTATION = 'gantry.dev/change-reason';
/** On a ControllerRevision: who changed the object. */
export const CHANGED_BY_ANNOTATION = 'gantry.dev/changed-by';
/** On a ControllerRevision: what has changed, a line a change. */
export const CHANGES_ANNOTATION = 'gantry.dev/changes';
/** Changes that are kept of each object; older ones go with each new one. */
export const HISTORY_MAX = 50;

/** A change. */
export interface HistoryEntry {
  /** The object's generation since then. */
  revision: number;
  /** RFC 3339. */
  at: string;
  by: string;
  reason: string | undefined;
  changes: readonly string[];
  /** What was kept of the object; undefined when it was too large. */
  data: Readonly<Record<string, unknown>> | undefined;
}

/** The entries, oldest first. */
export function historyOf(revisions: readonly ControllerRevision[]): HistoryEntry[] {
  return revisions
    .map(({ metadata: { annotations = {}, creationTimestamp = '' }, revision, data }) => ({
      ...{ revision, at: creationTimestamp, by: annotations[CHANGED_BY_ANNOTATION] ?? '' },
      reason: annotations[CHANGE_REASON_ANNOTATION],
      changes: (annotations[CHANGES_ANNOTATION] ?? '').split('\n').filter((change) => change !== ''),
      data,
    }))
    .sort((a, b) => a.revision - b.revision);
}
