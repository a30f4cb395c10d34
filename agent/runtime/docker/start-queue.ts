// How many of a kind of work run at once: first come, first served. An engine asked for more starts than it has cores
// to serve only answers all of them later.

/** Runs tasks, a bounded number at a time, in the order they came. */
export interface StartQueue {
  /** @throws the signal's reason when it is aborted before the task began; what the task throws. */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Tasks under way or waiting. */
  readonly size: number;
}

/**
 * @param concurrency how many run at once.
 * @param onActivity called when a task comes and when it ends.
 */
export function createStartQueue(concurrency: number, onActivity?: () => void): StartQueue {
  const waiting: { begin: () => void }[] = [];
  let running = 0;
  const next = (): void => {
    running -= 1;
    waiting.shift()?.begin();
  };
  const turn = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = (): void => {
        waiting.splice(waiting.indexOf(place), 1);
        reject(signal?.reason as Error);
      };
      const place = {
        begin: () => {
          signal?.removeEventListener('abort', onAbort);
          running += 1;
          resolve();
        },
      };
      if (running < concurrency) {
        place.begin();
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.push(place);
    });
  return {
    get size() {
      return running + waiting.length;
    },
    async run(task, signal) {
      onActivity?.();
      await turn(signal);
      try {
        return await task();
      } finally {
        next();
        onActivity?.();
      }
    },
  };
}
