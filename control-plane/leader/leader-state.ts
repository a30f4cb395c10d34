// Who leads, as this replica may believe it: states, events and the next step as pure functions. Time comes in.
import type { Condition } from '../store/store.ts';

/** Durations in milliseconds. */
export interface LeaderPolicy {
  /** Life of the leader's lease in the store without renewal. */
  ttlMs: number;
  /** A leader that could not renew for this long steps down; shorter than the lease lives. */
  stepDownMs: number;
  /** A leader renews this often. */
  renewEveryMs: number;
  /** A failed renewal is tried again after this. */
  renewAgainMs: number;
  /** A candidate looks this often whether the place is free. */
  lookEveryMs: number;
}

/** Step-down well before the lease can have expired; several renewals within it. */
export const LEADER_POLICY: LeaderPolicy = {
  ttlMs: 9_000,
  stepDownMs: 6_000,
  renewEveryMs: 3_000,
  renewAgainMs: 500,
  lookEveryMs: 1_000,
};

/** Why a replica stopped leading. */
export type LossReason = 'lease-expired' | 'replaced' | 'not-renewed' | 'work-ended' | 'stopping';

/** Where a replica stands. */
export type LeaderState =
  | { phase: 'candidate'; lookAtMs: number }
  | {
      phase: 'leader';
      fence: Condition;
      /** Not a moment longer without a renewal. */
      untilMs: number;
      renewAtMs: number;
    }
  /** The term is over, its work may still be ending; nothing is tried until it has. */
  | { phase: 'deposed'; reason: LossReason };

/** What has happened. `sentAtMs` is when the request was sent: the lease lives on from no earlier moment. */
export type LeaderEvent =
  | { type: 'acquired'; fence: Condition; sentAtMs: number }
  | { type: 'not-acquired' }
  | { type: 'renewed'; sentAtMs: number }
  | { type: 'renewal-failed' }
  | { type: 'lost'; reason: LossReason }
  | { type: 'work-over' };

/** What to do next. */
export type LeaderStep =
  | { type: 'wait'; untilMs: number }
  | { type: 'campaign' }
  /** To be given up at `deadlineMs`. */
  | { type: 'renew'; deadlineMs: number }
  | { type: 'step-down'; reason: LossReason }
  | { type: 'end-work' };

/** A replica that has just started. */
export function initialLeaderState(nowMs: number): LeaderState {
  return { phase: 'candidate', lookAtMs: nowMs };
}

/** Decides what to do now. */
export function nextLeaderStep(state: LeaderState, nowMs: number): LeaderStep {
  switch (state.phase) {
    case 'candidate':
      return nowMs < state.lookAtMs ? { type: 'wait', untilMs: state.lookAtMs } : { type: 'campaign' };
    case 'leader':
      if (nowMs >= state.untilMs) return { type: 'step-down', reason: 'not-renewed' };
      if (nowMs >= state.renewAtMs) return { type: 'renew', deadlineMs: state.untilMs };
      return { type: 'wait', untilMs: Math.min(state.renewAtMs, state.untilMs) };
    case 'deposed':
      return { type: 'end-work' };
  }
}

/** The state after an event. Events that do not concern the phase change nothing: they come from a time gone by. */
export function moveLeader(
  policy: LeaderPolicy,
  state: LeaderState,
  event: LeaderEvent,
  nowMs: number,
): LeaderState {
  switch (event.type) {
    case 'acquired':
      return state.phase === 'candidate' ? lead(policy, event) : state;
    case 'not-acquired':
      return state.phase === 'candidate' ? { ...state, lookAtMs: nowMs + policy.lookEveryMs } : state;
    case 'renewed':
      return state.phase === 'leader' ? { ...state, ...terms(policy, event.sentAtMs) } : state;
    case 'renewal-failed':
      return state.phase === 'leader' ? { ...state, renewAtMs: nowMs + policy.renewAgainMs } : state;
    case 'lost':
      return state.phase === 'leader' ? { phase: 'deposed', reason: event.reason } : state;
    case 'work-over':
      return state.phase === 'deposed' ? { phase: 'candidate', lookAtMs: nowMs + policy.lookEveryMs } : state;
  }
}

function lead(policy: LeaderPolicy, event: { fence: Condition; sentAtMs: number }): LeaderState {
  return { phase: 'leader', fence: event.fence, ...terms(policy, event.sentAtMs) };
}

function terms(policy: LeaderPolicy, sentAtMs: number): { untilMs: number; renewAtMs: number } {
  return { untilMs: sentAtMs + policy.stepDownMs, renewAtMs: sentAtMs + policy.renewEveryMs };
}
