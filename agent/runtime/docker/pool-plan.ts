// What the pool of ready sandboxes needs next. Pure.

/** The pool as it is. */
export interface PoolObserved {
  /** How many should be ready. */
  size: number;
  ready: number;
  /** Starts and removals of pods under way or waiting. */
  busy: number;
  /** Since the last of them began or ended. */
  quietForMs: number;
}

/** One step, or how long to leave it alone. */
export type PoolStep =
  { type: 'rest' } | { type: 'make' } | { type: 'drop'; count: number } | { type: 'wait'; forMs: number };

/** A pool that filled itself in the middle of a burst would take the engine from the pods that wait for it. */
export const QUIET_BEFORE_FILL_MS = 1000;

/** Makes one at a time, in quiet times only; drops what is too many at once. */
export function nextPoolStep(observed: PoolObserved): PoolStep {
  const { size, ready, busy, quietForMs } = observed;
  if (ready > size) return { type: 'drop', count: ready - size };
  if (ready === size) return { type: 'rest' };
  if (busy > 0) return { type: 'wait', forMs: QUIET_BEFORE_FILL_MS };
  if (quietForMs < QUIET_BEFORE_FILL_MS) return { type: 'wait', forMs: QUIET_BEFORE_FILL_MS - quietForMs };
  return { type: 'make' };
}
