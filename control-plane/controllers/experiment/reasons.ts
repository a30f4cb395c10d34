// Why an Experiment's plan does what it does, or waits.
import type { Reason } from '../../engine/controller.ts';
import { counted } from '../counted.ts';

/** Closed: each has its sentence below. */
export type ExperimentReason =
  | { type: 'creating'; template: string; name: string; size: number }
  | { type: 'name-taken'; path: string; kind: string; name: string }
  | { type: 'waiting-for-available'; template: string; available: number; total: number }
  | { type: 'running-until'; until: string }
  | { type: 'running-until-terminated' }
  | { type: 'analysing'; analysis: string; run: string; message: string }
  | { type: 'analysis-impossible'; analysis: string; problem: string }
  | { type: 'ended'; phase: string; message: string }
  | { type: 'keeping-pods'; until: string }
  | { type: 'waiting-for-release'; rollout: string }
  | { type: 'changes-refused'; message: string }
  | { type: 'being-deleted' };

/** The reason as a sentence. */
export function describeExperimentReason(given: Reason): string {
  const reason = given as ExperimentReason;
  switch (reason.type) {
    case 'creating':
      return `creating ReplicaSet ${reason.name} with ${counted(reason.size, 'pod')} for template ${reason.template}`;
    case 'name-taken':
      return `${reason.path}: ${reason.kind} ${reason.name} is there already and belongs to somebody else: delete it, or name another one`;
    case 'waiting-for-available':
      return `waiting for ${reason.total - reason.available} of ${counted(reason.total, 'pod')} of template ${reason.template} to become available`;
    case 'running-until':
      return `all templates are available: it goes on until ${reason.until}`;
    case 'running-until-terminated':
      return 'all templates are available: it goes on until spec.terminate is true';
    case 'analysing':
      return `waiting for AnalysisRun ${reason.run} of analysis ${reason.analysis}${reason.message === '' ? '' : `: ${reason.message}`}`;
    case 'analysis-impossible':
      return `analysis ${reason.analysis} cannot begin: ${reason.problem}`;
    case 'ended':
      return `it is ${reason.phase}${reason.message === '' ? '' : `: ${reason.message}`}`;
    case 'keeping-pods':
      return `its pods stay until ${reason.until} (scaleDownDelaySeconds)`;
    case 'waiting-for-release':
      return `its pods stay until no proxy leads to them: Rollout ${reason.rollout} says when`;
    case 'changes-refused':
      return `the last attempt failed: ${reason.message}`;
    case 'being-deleted':
      return 'being deleted: nothing is made any more';
  }
}
