// Waiting that an abort ends at once, while the work itself goes on unheard.
import { onAbort } from './on-abort.ts';

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
    const forget = onAbort(signal, () => reject(signal.reason as Error));
    promise.then(
      (value) => {
        forget();
        resolve(value);
      },
      (error: Error) => {
        forget();
        reject(error);
      },
    );
  });
}
