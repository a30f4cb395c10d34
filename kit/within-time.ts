// Work that is given up after a time.
import { childAbort } from './child-abort.ts';
import type { Clock } from './clock.ts';

/** How long, and by which clock. */
export interface TimeLimit {
  clock: Pick<Clock, 'schedule'>;
  timeoutMs: number;
  /** The reason of the abort when the time is over. */
  tooLate?: () => Error;
  /** Ends the work sooner, with its own reason. */
  signal?: AbortSignal;
}

/** What the work comes to. It is told to end when the time is over or the signal is aborted, and is waited for. */
export async function withinTime<T>(
  { clock, timeoutMs, tooLate = () => new Error('no answer in time'), signal }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = childAbort(...(signal === undefined ? [] : [signal]));
  const cancel = clock.schedule(timeoutMs, () => own.abort(tooLate()));
  try {
    return await work(own.signal);
  } finally {
    cancel();
    own.release();
  }
}
