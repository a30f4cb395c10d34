// Turns an answer that is no success into a StatusError, whatever stands in its body: proxies in between do not
// speak Status.
import { readText } from './answer-body.ts';
import type { TransportResponse } from './client.ts';
import { StatusError, type Status } from './status-error.ts';

const STATUS_BYTES_MAX = 1024 * 1024;
const TEXT_SHOWN_MAX = 200;

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** Reads the body; its own failure to arrive does not hide the status code. */
export async function statusErrorOf(response: TransportResponse): Promise<StatusError> {
  const text = await readText(response.body, STATUS_BYTES_MAX).catch(() => '');
  const body = parseStatus(text);
  if (body !== undefined) return new StatusError({ ...body, code: response.status });
  const retryAfterSeconds = Number(response.headers['retry-after'] ?? Number.NaN);
  const excerpt = (ofrepDetails(text) ?? text.trim()).slice(0, TEXT_SHOWN_MAX);
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: excerpt === '' ? `the server answered ${response.status} without saying why` : excerpt,
    reason: REASONS[response.status] ?? 'Unknown',
    ...(Number.isFinite(retryAfterSeconds) ? { details: { retryAfterSeconds } } : {}),
    code: response.status,
  });
}

function parseStatus(text: string): Status | undefined {
  try {
    const body = JSON.parse(text) as Partial<Status> | null;
    return body?.kind === 'Status' ? (body as Status) : undefined;
  } catch {
    return undefined;
  }
}

/** What OFREP says of a refusal, which is no Status either. */
function ofrepDetails(text: string): string | undefined {
  try {
    const { errorDetails } = JSON.parse(text) as { errorDetails?: unknown };
    return typeof errorDetails === 'string' ? errorDetails : undefined;
  } catch {
    return undefined;
  }
}
