// Waiting that an abort ends at once, while the work itself goes on unheard.

/** Who waits on a signal. Its own list of listeners is searched through at each change: slow with many of them. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * The promise, or as soon as the signal is aborted its reason.
 *
 * @throws the signal's reason.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      promise.catch(() => undefined);
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    const waiters = waitersOf(signal);
    waiters.add(onAbort);
    const done = (): void => {
      waiters.delete(onAbort);
    };
    promise.then(
      (value) => {
        done();
        resolve(value);
      },
      (error: Error) => {
        done();
        reject(error);
      },
    );
  });
}

function waitersOf(signal: AbortSignal): Set<() => void> {
  const known = waiting.get(signal);
  if (known !== undefined) return known;
  const waiters = new Set<() => void>();
  waiting.set(signal, waiters);
  const tellAll = (): void => {
    for (const onAbort of waiters) onAbort();
    waiters.clear();
  };
  signal.addEventListener('abort', tellAll, { once: true });
  return waiters;
}
