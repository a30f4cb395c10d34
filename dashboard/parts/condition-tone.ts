// The colour of a condition: some are good when they hold, some bad. Pure.
import type { Tone } from './badge.tsx';

/** A condition of any kind. */
export interface AnyCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

/** Conditions that are bad news when they hold: `MemoryPressure`, `ReplicaFailure`, `DisruptionTarget`. */
const BAD_WHEN_TRUE =
  /Pressure$|Failure|^Failed$|Unavailable$|Drift$|^DisruptionTarget$|Degraded|Conflicted$/;
/** Those that only say how things are. */
const NEITHER = /^Suspended$|^Paused$/;

/** The colour. */
export function conditionTone({ type, status }: AnyCondition): Tone {
  if (status === 'Unknown') return 'warn';
  if (NEITHER.test(type)) return status === 'True' ? 'warn' : 'quiet';
  if (BAD_WHEN_TRUE.test(type)) return status === 'True' ? 'bad' : 'good';
  return status === 'True' ? 'good' : 'bad';
}
