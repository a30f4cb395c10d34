// Waits for something to become true, bounded in time.
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 100;

/** `given-up` when `stillWorthIt` said no, `timed-out` at the end of the time. */
export type WaitOutcome = 'ready' | 'given-up' | 'timed-out';

/** Asks `ready` every 100 ms. An answer that throws counts as not ready. */
export async function until(
  ready: () => Promise<boolean>,
  options: { timeoutMs: number; stillWorthIt?: () => boolean },
): Promise<WaitOutcome> {
  const deadlineMs = Date.now() + options.timeoutMs;
  while (Date.now() < deadlineMs) {
    if (await ready().catch(() => false)) return 'ready';
    if (options.stillWorthIt?.() === false) return 'given-up';
    await delay(POLL_MS);
  }
  return 'timed-out';
}
