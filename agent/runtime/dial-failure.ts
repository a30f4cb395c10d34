// How a connection to a port of a pod fails, in the same words for every runtime. Pure.
import { OperationalError } from '@gantry/kit/operational-error';

/** What a failed connection is called, however it was tried. */
export function dialFailure(errno: string | undefined, port: number, message: string): OperationalError {
  return errno === 'ECONNREFUSED'
    ? new OperationalError(
        'connection-refused',
        `connection to port ${port} of the pod refused: nothing listens there`,
      )
    : new OperationalError('connection-failed', `port ${port} of the pod cannot be reached: ${message}`);
}
