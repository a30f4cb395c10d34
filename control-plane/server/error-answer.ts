// What the client is told when a request fails. Only StatusErrors speak for themselves; a bug shows nothing but
// the request id under which the log has the rest.
import type { Status } from '@gantry/api/status-error';
import { internal, StatusError, unavailable } from '@gantry/api/status-error';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import type { Logger } from '@gantry/kit/logger';
import { translateStoreError } from '../resources/store-failure.ts';

/** The Status for anything that was thrown; what is no expected failure is logged. */
export function statusFor(error: unknown, requestId: string, logger: Logger): Status {
  const known = translateStoreError(error, 'read');
  if (known instanceof StatusError) return known.status;
  if (codeOf(error) === 'fenced') return unavailable('this replica no longer leads; try again', 1).status;
  if (isAbort(error)) return unavailable('the request was cancelled', 1).status;
  logger.error('request failed by a bug', {
    requestId,
    error: messageOf(error),
    stack: error instanceof Error ? error.stack : undefined,
  });
  return internal(`a bug in the server; its log has more under request id ${requestId}`).status;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || codeOf(error) === 'ABORT_ERR');
}

/** 404 for a path that nothing is served under. */
export function unknownPath(): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'the server could not find the requested resource',
    reason: 'NotFound',
    details: {},
    code: 404,
  });
}

/** 405 for a method that a path does not take. */
export function unknownMethod(): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'the server does not allow this method on the requested resource',
    reason: 'MethodNotAllowed',
    details: {},
    code: 405,
  });
}
