// Why a Rollout's plan does what it does, or waits.
import type { Reason } from '../../engine/controller.ts';
import { counted } from '../counted.ts';

/** Closed: each has its sentence below. */
export type RolloutReason =
  | { type: 'invalid-spec'; problem: string }
  | { type: 'creating-version'; name: string; size: number }
  | { type: 'scaling'; name: string; from: number; to: number }
  | { type: 'waiting-for-available'; available: number; total: number }
  | { type: 'waiting-for-proxies'; weight: number; count: number; nodes: readonly string[] }
  | { type: 'waiting-for-endpoints'; service: string; nodes: readonly string[] }
  | { type: 'waiting-for-stable-pods' }
  | { type: 'step'; index: number; count: number; step: string }
  | { type: 'pausing'; until: string | undefined }
  | { type: 'waiting-for-promotion'; why: string }
  | { type: 'promoting-later'; at: string }
  | { type: 'analysing'; run: string; message: string }
  | { type: 'analysis-impossible'; problem: string }
  | { type: 'experimenting'; experiment: string; message: string }
  | { type: 'experiment-impossible'; problem: string }
  | { type: 'gate-closed'; flag: string; variant: string; found: string }
  | { type: 'gate-unknown'; flag: string; variant: string; problem: string }
  | { type: 'flag-unknown'; flag: string; problem: string }
  | { type: 'kill-switch-unknown'; flag: string; problem: string }
  | { type: 'waiting-for-rollouts'; names: readonly string[] }
  | { type: 'paused' }
  /**
   * Why it was aborted is in status.message. `switch` names a kill switch that is still thrown, `by` another Rollout of the
   * plan whose abort it follows.
   */
  | { type: 'aborted'; switch: string | undefined; by?: string }
  | { type: 'deadline-exceeded'; seconds: number }
  | { type: 'restarting'; pods: number }
  | { type: 'name-taken'; name: string }
  | { type: 'changes-refused'; message: string }
  | { type: 'being-deleted' };

/** The reason as a sentence. */
export function describeRolloutReason(given: Reason): string {
  const reason = given as RolloutReason;
  return describeTraffic(reason) ?? describeStep(reason) ?? describeVersion(reason);
}

function describeTraffic(reason: RolloutReason): string | undefined {
  switch (reason.type) {
    case 'waiting-for-proxies':
      return `waiting for the proxies of ${counted(reason.count, 'node')} to confirm weight ${reason.weight}: ${reason.nodes.join(', ')}`;
    case 'waiting-for-endpoints':
      return `waiting until the proxies know the pods of Service ${reason.service}${reason.nodes.length === 0 ? '' : `: ${reason.nodes.join(', ')}`}`;
    case 'waiting-for-stable-pods':
      return 'waiting until the stable version has the pods for its share of the traffic';
    default:
      return undefined;
  }
}

function describeStep(reason: RolloutReason): string | undefined {
  switch (reason.type) {
    case 'step':
      return `step ${reason.index + 1} of ${reason.count}: ${reason.step}`;
    case 'pausing':
      return reason.until === undefined
        ? 'paused by a step: it goes on when somebody promotes it (gantry rollout promote)'
        : `paused by a step until ${reason.until}`;
    case 'waiting-for-promotion':
      return `${reason.why}: it goes on when somebody promotes it (gantry rollout promote) or aborts it`;
    case 'promoting-later':
      return `the new version is ready: it is promoted at ${reason.at}, or when somebody promotes it (gantry rollout promote)`;
    case 'analysing':
      return `waiting for AnalysisRun ${reason.run}${reason.message === '' ? '' : `: ${reason.message}`}`;
    case 'analysis-impossible':
      return `the analysis cannot begin: ${reason.problem}`;
    case 'experimenting':
      return `waiting for Experiment ${reason.experiment}${reason.message === '' ? '' : `: it is ${reason.message}`}`;
    case 'experiment-impossible':
      return `the experiment cannot begin: ${reason.problem}`;
    case 'gate-closed':
      return `waiting for flag ${reason.flag} to be ${reason.variant}; it is ${reason.found}`;
    case 'gate-unknown':
      return `waiting for flag ${reason.flag} to be ${reason.variant}: ${reason.problem}; put it right, or pass the step over (gantry rollout promote --skip-current-step)`;
    case 'flag-unknown':
      return `flag ${reason.flag} cannot be changed: ${reason.problem}`;
    case 'kill-switch-unknown':
      return `the kill switch ${reason.flag} does not work: ${reason.problem}`;
    case 'waiting-for-rollouts':
      return `waiting for Rollouts that come first: ${reason.names.join(', ')}`;
    case 'paused':
      return 'paused: scaling goes on, but steps and a new template wait until spec.paused is false';
    case 'aborted':
      return abortedText(reason);
    default:
      return undefined;
  }
}

function abortedText({ switch: flag, by }: Extract<RolloutReason, { type: 'aborted' }>): string {
  const now = "aborted: all traffic is the stable version's";
  if (flag !== undefined)
    return `${now}; a retry is aborted again while flag ${flag} is on (gantry flag eval ${flag})`;
  return `${now}; gantry rollout retry ${by === undefined ? 'tries the update again' : `${by} tries both again`}`;
}

function describeVersion(reason: RolloutReason): string {
  switch (reason.type) {
    case 'invalid-spec':
      return reason.problem;
    case 'creating-version':
      return `creating ReplicaSet ${reason.name} with ${counted(reason.size, 'pod')} for the new version`;
    case 'scaling':
      return `scaling ReplicaSet ${reason.name} from ${reason.from} to ${reason.to}`;
    case 'waiting-for-available':
      return `waiting for ${reason.total - reason.available} of ${counted(reason.total, 'new pod')} to become available`;
    case 'deadline-exceeded':
      return `no progress for more than ${reason.seconds} s (progressDeadlineSeconds)`;
    case 'restarting':
      return `${counted(reason.pods, 'pod')} older than spec.restartAt ${reason.pods === 1 ? 'is' : 'are'} still to be replaced`;
    case 'name-taken':
      return `the name ${reason.name} is taken by another ReplicaSet; another name is tried`;
    case 'changes-refused':
      return `the last attempt failed: ${reason.message}`;
    case 'being-deleted':
      return 'being deleted: it is neither scaled nor updated';
    default:
      return reason.type;
  }
}
