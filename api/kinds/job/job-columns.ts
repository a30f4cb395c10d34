// What `get jobs` shows.
import type { Column } from '../../definition.ts';
import { formatAge } from '../../duration.ts';
import { ageColumn, workloadColumns } from '../columns.ts';
import type { Job } from '../job.ts';

export const jobColumns: readonly Column<Job>[] = [
  { name: 'Status', type: 'string', description: 'How the Job is, in one word.', value: jobStatusWord },
  { name: 'Completions', type: 'string', description: 'Successes, of those wanted.', value: completionsText },
  { name: 'Duration', type: 'string', description: 'Time from its start to its end.', value: durationText },
  ageColumn(),
  ...workloadColumns<Job>(
    ({ spec }) => spec.template,
    ({ spec }) => spec.selector,
  ),
];

/** Conditions that name the state of a Job, the last word first. */
const WORDS = ['Complete', 'Failed', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet'] as const;

/** How the Job is, in one word: Running, Complete, Failed, Suspended, … */
export function jobStatusWord({ metadata, status }: Job): string {
  const holds = (type: string): boolean =>
    (status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
  const [complete, failed, ...others] = WORDS;
  if (holds(complete)) return complete;
  if (holds(failed)) return failed;
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  return others.find(holds) ?? 'Running';
}

/** Successes, of those wanted: `2/5`. */
export function completionsText({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 1;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

/** Time from its start to its end, or to now; '' when it has not begun. */
export function durationText({ status }: Job, nowMs: number): string {
  const startMs = Date.parse(status?.startTime ?? '');
  if (Number.isNaN(startMs)) return '';
  const endMs = status?.completionTime === undefined ? nowMs : Date.parse(status.completionTime);
  return formatAge(endMs - startMs);
}
