// The greatest share of the traffic that spec and status of a Rollout allow a version: told anew from its steps.
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';
import { timeMs } from '../object-reading.ts';

/**
 * In percent. Steps are gone past up to the first pause that is not over: what else they wait for may have come since.
 *
 * @param version that the share is for: the status of another one says nothing of it.
 */
export function shareAllowed({ spec, status = {} }: Rollout, version: string, nowMs: number): number {
  const isKnown = status.currentPodHash === version;
  if (isKnown && status.abort === true) return 0;
  const { canary } = spec.strategy;
  if (canary === undefined || (isKnown && status.promoteFull === true)) return 100;
  const steps = canary.steps ?? [];
  const from = isKnown ? (status.currentStepIndex ?? 0) : 0;
  let asked = 0;
  let most = 0;
  for (const [at, step] of steps.entries()) {
    asked = step.setWeight ?? asked;
    if (at < from && steps.slice(at + 1, from + 1).some(({ setWeight }) => setWeight !== undefined)) continue;
    most = Math.max(most, asked);
    if (at >= from && step.pause !== undefined && !isOver({ spec, status }, step.pause, at, nowMs, isKnown))
      return Math.min(most, canary.exposure?.maxPercent ?? 100);
  }
  return 100;
}

function isOver(
  { status = {} }: Pick<Rollout, 'spec' | 'status'>,
  { duration }: NonNullable<CanaryStep['pause']>,
  at: number,
  nowMs: number,
  isKnown: boolean,
): boolean {
  if (!isKnown) return false;
  const { pauseConditions = [], pausedFor } = status;
  if (pausedFor !== `CanaryPauseStep/${at}`) return false;
  if (pauseConditions.length === 0) return true;
  const sinceMs = timeMs(pauseConditions[0]?.startTime);
  if (duration === undefined || sinceMs === undefined) return false;
  return nowMs - sinceMs >= parseInt(String(duration), 10) * 1000;
}
