// Requests that cannot be read as HTTP, or do not come whole in time: told so as a Status, then the connection ends.
import type { Status } from '@gantry/api/status-error';
import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ServerDeps } from './deps.ts';

/** What Node says of a request that it cannot read: its code, and the parser's reason. */
type ClientError = Error & { code?: string; reason?: string };

/** Answers what is no request; nothing of it has reached a handler. */
export function refuseUnreadable(
  { metrics, logger }: Pick<ServerDeps, 'metrics' | 'logger'>,
  error: ClientError,
  socket: Duplex,
): void {
  // A failed handshake: there is nobody to speak to yet.
  if (!/^(HPE_|ERR_HTTP_)/.test(error.code ?? '')) {
    socket.destroy();
    return;
  }
  const status = unreadableStatus(error);
  logger.debug('request cannot be read', { error: error.message, code: status.code });
  if (status.code !== 400) metrics.limitsReached.inc({ limit: LIMITS[status.code] ?? 'request' });
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = `${JSON.stringify(status)}\n`;
  const head = [
    `HTTP/1.1 ${status.code} ${STATUS_CODES[status.code] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  // What the client is still sending is not waited for.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

const LIMITS: Readonly<Record<number, string>> = { 408: 'request-time', 431: 'request-head' };

/** The Status of a request that cannot be read. Pure. */
export function unreadableStatus({ code, reason }: ClientError): Status {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const message = `the request line and headers are longer than ${maxHeaderSize} bytes; a selector may have to be split`;
    return failure(431, 'RequestEntityTooLarge', message);
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return failure(408, 'Timeout', 'the request did not arrive whole in time');
  const why = reason === undefined || reason === '' ? '' : ` (${reason})`;
  return failure(400, 'BadRequest', `this is no HTTP/1.1 request${why}`);
}

function failure(code: number, reason: string, message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}
