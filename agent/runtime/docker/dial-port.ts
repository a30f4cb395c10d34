// A plain TCP connection whose halves end by themselves, or the reason why there is none.
import { connect, type Socket } from 'node:net';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import { dialFailure } from '../dial-failure.ts';

/** Longer than a kernel tries again twice. */
export const DIAL_TIMEOUT_MS = 10_000;

/** @throws OperationalError `connection-refused`, `connection-failed` (no way there, or no answer in time). */
export function dialPort(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const end = AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]);
    const socket = connect({ host, port, allowHalfOpen: true });
    const onAbort = (): void => void socket.destroy(end.reason as Error);
    const onError = (error: Error): void => {
      end.removeEventListener('abort', onAbort);
      reject(dialFailure(codeOf(error), port, messageOf(error)));
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      end.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      resolve(socket);
    });
    end.addEventListener('abort', onAbort, { once: true });
    if (end.aborted) onAbort();
  });
}
