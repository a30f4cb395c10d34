// Time as an argument. Product code never calls Date.now() or setTimeout itself, so a test or a simulation
// can own time.

import { onAbort } from './on-abort.ts';

/** A source of time and the only way to wait. All durations are milliseconds. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Runs `task` once after `delayMs`. @returns a function that cancels it; safe to call twice. */
  schedule(delayMs: number, task: () => void): () => void;
}

/** The machine's own clock. Timers do not keep the process alive by themselves when `keepAlive` is false. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  schedule(delayMs, task) {
    const timer = setTimeout(task, Math.max(0, delayMs));
    return () => {
      clearTimeout(timer);
    };
  },
};

/**
 * Waits `delayMs` on the given clock.
 *
 * @throws the signal's reason when it is aborted first.
 */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const cancel = clock.schedule(delayMs, () => {
      leave?.();
      resolve();
    });
    const leave =
      signal &&
      onAbort(signal, () => {
        cancel();
        reject(signal.reason as Error);
      });
  });
}
