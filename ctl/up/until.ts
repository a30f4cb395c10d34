// Waits for something to become true, bounded in time.
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 100;

/** `given-up` when `stillWorthIt` said no, `timed-out` at the end of the time. */
export type WaitOutcome =
  | { type: 'ready' }
  /** `lastError` is what the last question failed with, if it did. */
  | { type: 'given-up' | 'timed-out'; lastError?: unknown };

/** How long to ask. */
export interface UntilOptions {
  timeoutMs: number;
  stillWorthIt?: () => boolean;
  /** Ends the wait with its reason. */
  signal: AbortSignal;
}

/** Asks `ready` every 100 ms. An answer that throws counts as not ready. @throws the signal's reason. */
export async function until(ready: () => Promise<boolean>, options: UntilOptions): Promise<WaitOutcome> {
  const deadlineMs = Date.now() + options.timeoutMs;
  let lastError: unknown;
  while (Date.now() < deadlineMs) {
    options.signal.throwIfAborted();
    try {
      if (await ready()) return { type: 'ready' };
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (options.stillWorthIt?.() === false) return { type: 'given-up', lastError };
    await delay(POLL_MS);
  }
  return { type: 'timed-out', lastError };
}
