// What users are told when a run ends, in Argo Rollouts' words.
import type { AnalysisRun } from '@gantry/api/kinds/analysis-run';
import type { AnalysisRunStatus } from '@gantry/api/kinds/analysis/run-status';
import type { EventNote } from '../engine/controller.ts';

/** The Event about a run that has just ended. */
export function endNote(run: AnalysisRun, { phase, message }: AnalysisRunStatus): EventNote {
  return {
    regarding: run,
    severity: phase === 'Successful' ? 'Normal' : 'Warning',
    reason: `AnalysisRun${phase}`,
    message: `Analysis Completed. Result: ${phase}${message === undefined ? '' : `: ${message}`}`,
  };
}
