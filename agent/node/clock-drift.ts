// How far this machine's clock is from the server's, by the Date header of ordinary answers. Pure. The header has
// whole seconds only, but each answer bounds the difference from both sides, and the bounds of many answers narrow
// it down to milliseconds.
import type { NodeCondition } from './node-conditions.ts';

/** The server's clock is ahead of ours by at least `lowMs` and at most `highMs`. */
export interface DriftBounds {
  lowMs: number;
  highMs: number;
  /** Since when the bounds have been gathered. */
  sinceMs: number;
}

/** One answer of the server, in our own time. */
export interface DriftSample {
  sentMs: number;
  receivedMs: number;
  /** The header's value: the server's time lay within the second that begins here. */
  dateMs: number;
}

export const UNKNOWN_DRIFT: DriftBounds = { lowMs: -Infinity, highMs: Infinity, sinceMs: 0 };

/** More than this is said in a condition. */
export const DRIFT_MAX_MS = 500;
const HEADER_RESOLUTION_MS = 1000;
/** Clocks wander and are put right: old bounds are forgotten. */
const WINDOW_MS = 60_000;
/** Timer and header are not read at the same instant. */
const TOLERANCE_MS = 5;

/** Takes one more answer into account. Bounds that contradict each other mean that a clock was set: start anew. */
export function narrowDrift(bounds: DriftBounds, sample: DriftSample): DriftBounds {
  const lowMs = sample.dateMs - sample.receivedMs - TOLERANCE_MS;
  const highMs = sample.dateMs + HEADER_RESOLUTION_MS - sample.sentMs + TOLERANCE_MS;
  const fresh = { lowMs, highMs, sinceMs: sample.receivedMs };
  if (sample.receivedMs - bounds.sinceMs > WINDOW_MS) return fresh;
  const both = { lowMs: Math.max(lowMs, bounds.lowMs), highMs: Math.min(highMs, bounds.highMs) };
  return both.lowMs > both.highMs ? fresh : { ...both, sinceMs: bounds.sinceMs };
}

/** Only what is certain counts as drift. */
export function driftVerdict({
  lowMs,
  highMs,
}: DriftBounds): Pick<NodeCondition, 'status' | 'reason' | 'message'> {
  if (lowMs > DRIFT_MAX_MS) return drifted(lowMs, 'behind');
  if (highMs < -DRIFT_MAX_MS) return drifted(-highMs, 'ahead of');
  return {
    status: 'False',
    reason: 'ClocksAgree',
    message: `the clock is within ${String(DRIFT_MAX_MS)} ms of the server's`,
  };
}

function drifted(byMs: number, direction: string): Pick<NodeCondition, 'status' | 'reason' | 'message'> {
  const message = `the clock is at least ${String(Math.round(byMs))} ms ${direction} the server's; set the clock of this machine (NTP)`;
  return { status: 'True', reason: 'ClocksDiffer', message };
}
