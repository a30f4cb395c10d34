// The errors of a store, the same for every implementation.
import { OperationalError } from '@gantry/kit/operational-error';

/** The history that was asked for is gone: start again from a fresh list. */
export function compactedError(revision: number, compactedRevision: number): OperationalError {
  return new OperationalError(
    'store-compacted',
    `revision ${revision} is no longer kept (compacted up to ${compactedRevision}); list again`,
  );
}

/** A revision that the store has not reached. */
export function futureRevisionError(revision: number, newest: number): OperationalError {
  return new OperationalError(
    'store-future-revision',
    `revision ${revision} does not exist yet (newest: ${newest})`,
  );
}

/** The lease has expired or was revoked. */
export function leaseLostError(leaseId: string): OperationalError {
  return new OperationalError('lease-lost', `lease ${leaseId} has expired or was revoked`);
}

/** The store is not there, or what became of a request is unknown. */
export function unavailableError(message: string, cause?: unknown): OperationalError {
  return new OperationalError('store-unavailable', message, cause === undefined ? undefined : { cause });
}
