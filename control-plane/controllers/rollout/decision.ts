// What a pass decides about an update, before it becomes sizes, weights and status. Plain data.
import type { Rollout, RolloutStatus } from '@gantry/api/kinds/rollout';
import type { Action } from '../../engine/controller.ts';
import type { RunState, RunType } from './analysis/ensure-run.ts';
import type { RolloutReason } from './reasons.ts';
import type { Scene } from './scene.ts';
import type { HeaderRoute, MirrorRoute } from '@gantry/api/rollout/asked';
import { timeText } from '@gantry/kit/time-text';

type Pause = NonNullable<RolloutStatus['pauseConditions']>[number];

/** Why a controller pauses. */
export type PauseReason =
  'CanaryPauseStep' | 'BlueGreenPause' | 'InconclusiveAnalysisRun' | 'InconclusiveExperiment' | 'FailureHold';

export interface Abort {
  message: string;
  /** The Rollout whose abort it follows. */
  by?: string;
  at: string;
}

/** How far an update is, and what it asks for. */
export interface Decision {
  stepIndex: number;
  abort?: Abort;
  pauses: readonly Pause[];
  pausedFor?: string;
  passedOver: readonly string[];
  /** The current version becomes the stable one. */
  promotes: boolean;
  /** The new version's percent of the traffic that is asked for now. */
  weight: number;
  /** Pods of the new version, where the share does not say it. */
  pods?: number;
  routes: readonly HeaderRoute[];
  mirrors: readonly MirrorRoute[];
  /** The new version takes over: who may be led there counts no more. */
  isTakingOver: boolean;
  /** Blue and green: the new version may have its full size. */
  isFullSize: boolean;
  /** Name of the Experiment of the step. */
  currentExperiment?: string;
  runs: Partial<Record<RunType, RunState>>;
  flagsBefore: NonNullable<RolloutStatus['flagsBefore']>;
  actions: readonly Action[];
  reasons: readonly RolloutReason[];
  recheckAfterMs: readonly number[];
}

/** What nothing has been decided about yet. */
export function undecided({ rollout, course }: Scene): Decision {
  return {
    stepIndex: course.stepIndex,
    pauses: course.pauses,
    ...(course.pausedFor === undefined ? {} : { pausedFor: course.pausedFor }),
    passedOver: course.passedOver,
    promotes: false,
    weight: 0,
    routes: [],
    mirrors: [],
    isTakingOver: false,
    isFullSize: false,
    runs: {},
    flagsBefore: flagsBeforeOf(rollout),
    actions: [],
    reasons: [],
    recheckAfterMs: [],
  };
}

function flagsBeforeOf({ status }: Rollout): Decision['flagsBefore'] {
  return status?.flagsBefore ?? [];
}

/** With more reasons. */
export function because(decision: Decision, ...reasons: readonly RolloutReason[]): Decision {
  return { ...decision, reasons: [...decision.reasons, ...reasons] };
}

/** Looks again after a time. */
export function again(decision: Decision, afterMs: number): Decision {
  return { ...decision, recheckAfterMs: [...decision.recheckAfterMs, afterMs] };
}

/** Whether the pause is over that began for this. */
export function wasLetGo({ course }: Scene, key: string): boolean {
  return course.pauses.length === 0 && course.pausedFor === key;
}

/** With the pause begun, or going on. @param key tells this pause from others. */
export function paused(decision: Decision, reason: PauseReason, key: string, nowMs: number): Decision {
  // A pause of another step, which somebody has passed over, does not count for this one.
  const known = decision.pausedFor === key ? decision.pauses : [];
  const isOn = known.some((pause) => pause.reason === reason);
  const pauses = isOn ? known : [...known, { reason, startTime: timeText(nowMs) }];
  return { ...decision, pauses, pausedFor: key };
}

/** Without any pause. */
export function goingOn(decision: Decision): Decision {
  const { pausedFor: _, ...rest } = decision;
  return { ...rest, pauses: [] };
}

/** All traffic back. */
export function aborted(decision: Decision, message: string, nowMs: number, by?: string): Decision {
  const abort = { message, at: timeText(nowMs), ...(by === undefined ? {} : { by }) };
  return { ...goingOn(decision), stepIndex: 0, abort };
}
