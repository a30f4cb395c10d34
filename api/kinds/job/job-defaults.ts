// What a Job's spec gets that its author left out.
import type { JobSpec } from '../job.ts';
import { applyPodSpecDefaults } from '../pod/pod-defaults.ts';

/** Without completions and parallelism one success is wanted; with parallelism alone it is a work queue. */
export function applyJobDefaults(spec: JobSpec): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  applyPodSpecDefaults(spec.template.spec);
}
