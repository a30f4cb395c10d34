// The greatest share of the traffic that spec and status of a Rollout allow a version: told anew from its steps.
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';
import type { CanaryStrategy } from '@gantry/api/kinds/rollout/strategy';
import { timeMs } from '@gantry/kit/time-text';

/** In percent. */
export interface AllowedShare {
  /** Of the requests that may be led to the version: the audience's, where there is one. */
  weight: number;
  /** Of those that no audience is about: theirs is the new version only once it takes over. */
  ofOthers: number;
}

const NOTHING: AllowedShare = { weight: 0, ofOthers: 0 };
const ALL: AllowedShare = { weight: 100, ofOthers: 100 };

/**
 * Steps are gone past up to the first share that is not there, or pause that is not over: what else they wait
 * for may have come since.
 *
 * @param version that the share is for: the status of another one says nothing of it.
 * @param present the share as it is.
 * @param isLifted whether an abort counts no more.
 */
export function shareAllowed(
  { spec, status = {} }: Rollout,
  version: string,
  present: number,
  nowMs: number,
  isLifted: boolean,
): AllowedShare {
  const isKnown = status.currentPodHash === version;
  if (isKnown && status.abort === true && !isLifted) return NOTHING;
  const { canary } = spec.strategy;
  if (canary === undefined || (isKnown && status.promoteFull === true)) return ALL;
  const from = isKnown ? (status.currentStepIndex ?? 0) : 0;
  const isPauseOver: PauseCheck = (pause, at) => isOver({ spec, status }, pause, at, nowMs, isKnown);
  const most = mostBeforeEnd(canary, from, present, isPauseOver);
  if (most === undefined) return ALL;
  return { weight: most, ofOthers: canary.exposure?.audience === undefined ? most : 0 };
}

type Pause = NonNullable<CanaryStep['pause']>;
type PauseCheck = (pause: Pause, at: number) => boolean;

/** Undefined where all steps may be done: then the new version takes over. */
function mostBeforeEnd(
  { steps = [], exposure }: CanaryStrategy,
  from: number,
  present: number,
  isPauseOver: PauseCheck,
): number | undefined {
  const limit = exposure?.maxPercent ?? 100;
  const reached = steps.slice(0, from).findLast(({ setWeight }) => setWeight !== undefined);
  let most = Math.min(reached?.setWeight ?? 0, limit);
  for (const [after, { setWeight, pause }] of steps.slice(from).entries()) {
    const asked = Math.min(setWeight ?? 0, limit);
    most = Math.max(most, asked);
    if (setWeight !== undefined && present !== asked) return most;
    if (pause !== undefined && !isPauseOver(pause, from + after)) return most;
  }
  return undefined;
}

function isOver(
  { status = {} }: Pick<Rollout, 'spec' | 'status'>,
  { duration }: Pause,
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
