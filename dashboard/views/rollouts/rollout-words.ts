// A rollout in a few words and colours, the same in the overview, the list and its own page. Pure.
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { Tone } from '../../parts/badge.tsx';

/** The colour of a phase. */
export function phaseTone(phase: string | undefined): Tone {
  if (phase === 'Healthy' || phase === 'Successful') return 'good';
  if (phase === 'Degraded' || phase === 'Failed' || phase === 'Error') return 'bad';
  if (phase === 'Paused' || phase === 'Inconclusive') return 'warn';
  return phase === undefined ? 'quiet' : 'busy';
}

/** Whether a new version is on its way, or was and has been stopped. */
export function isUnderWay({ status }: Rollout): boolean {
  return status?.phase !== undefined && status.phase !== 'Healthy';
}

/** `3 of 5`: the present step as its own page counts them. Undefined for blue/green, and of an update that was aborted. */
export function stepText({ spec, status }: Rollout): string | undefined {
  const steps = spec.strategy.canary?.steps;
  if (steps === undefined || steps.length === 0 || status?.abort === true) return undefined;
  return `${Math.min((status?.currentStepIndex ?? 0) + 1, steps.length)} of ${steps.length}`;
}

/** A message that is one word is for programs (`CanaryPauseStep`): the first reason says the same to people. */
export function sentenceOf(message: string, reasons: readonly string[] = []): string {
  return /\s/.test(message) ? message : (reasons[0] ?? message);
}

/** The new version's share of the traffic in percent; undefined where it is not weighed. */
export function weightOf({ status }: Rollout): { asked: number; isConfirmed: boolean } | undefined {
  const weights = status?.canary?.weights;
  if (weights === undefined) return undefined;
  return { asked: weights.canary.weight, isConfirmed: weights.verified !== false };
}
