// A run that waits longer and longer between its tries can be told to try again at once.
import { childAbort } from '@gantry/kit/child-abort';

export interface RestartableRun {
  /** Runs, and runs again, until the outer signal is aborted. */
  start(): Promise<void>;
  /** Ends the present run; the next one begins at once. */
  again(): void;
}

/** @param run ends when its signal is aborted; never rejects. */
export function restartableRun(
  run: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): RestartableRun {
  let current = childAbort();
  return {
    async start() {
      while (!signal.aborted) {
        current = childAbort(signal);
        await run(current.signal);
        current.release();
      }
    },
    again: () => current.abort(new Error('run again')),
  };
}
