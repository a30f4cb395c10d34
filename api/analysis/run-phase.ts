// Phases of runs, metrics and measurements. Pure.
import type { AnalysisPhase } from '../kinds/analysis/run-status.ts';

/** Whether a phase is an end. */
export function isEndPhase(phase: AnalysisPhase | undefined): boolean {
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';
}

/** Whether a run has ended: nothing will change its verdict. */
export function isEnded(run: { status?: { phase?: AnalysisPhase | undefined } | undefined }): boolean {
  return isEndPhase(run.status?.phase);
}
