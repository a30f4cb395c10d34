// Failures of the store in the words of the API. A write whose outcome is unknown is never told as a success.
import {
  expired,
  StatusError,
  timeout,
  tooLarge,
  tooManyRequests,
  unavailable,
} from '@gantry/api/status-error';
import { codeOf, messageOf } from '@gantry/kit/operational-error';

const AMBIGUOUS =
  'the store did not answer in time; the write may or may not have been made: read the object before you try again';

/** The StatusError for a store's failure; anything else is handed back as it is. */
export function translateStoreError(error: unknown, during: 'read' | 'write'): unknown {
  if (error instanceof StatusError) return error;
  switch (codeOf(error)) {
    case 'store-unavailable':
    case 'store-deadline':
      return during === 'write'
        ? timeout(AMBIGUOUS)
        : unavailable('the store does not answer; nothing was changed, try again', 1);
    case 'store-busy':
      return tooManyRequests('too many writes wait for the store; nothing was changed, try again', 1);
    case 'lease-lost':
      return unavailable('a lease ended during the write; nothing was changed, try again', 1);
    case 'store-future-revision':
      return timeout('the store has not reached that revision; nothing was changed, try again', 1);
    case 'cache-behind':
      return timeout('this server has not caught up with the store yet; nothing was changed, try again', 1);
    case 'store-value-too-large':
      return tooLarge(messageOf(error));
    case 'store-compacted':
      return expired('The resourceVersion is too old: its history is no longer kept. List again.');
    default:
      return error;
  }
}
