// Where the log of a container is read. Pure.
import { objectPath, RESOURCES } from '../../../request/resource-paths.ts';

/** What of a log is wanted. */
export interface LogWish {
  namespace: string;
  pod: string;
  container: string;
  /** Of the run before the present one. */
  previous: boolean;
  follow: boolean;
  timestamps: boolean;
}

/** Lines read to begin with; the rest is in the download. */
export const LINES_ASKED = 2_000;

/** The path of the latest lines. */
export function logPath({ namespace, pod, container, previous, follow, timestamps }: LogWish): string {
  const query = new URLSearchParams({ container, tailLines: String(LINES_ASKED) });
  if (follow && !previous) query.set('follow', 'true');
  if (previous) query.set('previous', 'true');
  if (timestamps) query.set('timestamps', 'true');
  return `${objectPath(RESOURCES.pods, namespace, pod)}/log?${query}`;
}

/** The path of the whole log, to be kept as a file. */
export function wholeLogPath({ namespace, pod, container, previous }: LogWish): string {
  const query = new URLSearchParams({ container, timestamps: 'true' });
  if (previous) query.set('previous', 'true');
  return `${objectPath(RESOURCES.pods, namespace, pod)}/log?${query}`;
}
