// A request as the server's handlers see one, without a socket.
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { TransportRequest } from '@gantry/api/client';

/** What Koa and the handlers read of a socket. */
const NO_SOCKET = Object.freeze({ writable: true, remoteAddress: '127.0.0.1' });

class SimRequest extends Readable {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly httpVersion = '1.1';
  readonly httpVersionMajor = 1;
  /** The body is there as a whole from the start. */
  readonly complete = true;
  readonly socket = NO_SOCKET;

  constructor(request: TransportRequest, headers: Readonly<Record<string, string>>) {
    super({ highWaterMark: Number.MAX_SAFE_INTEGER });
    this.method = request.method;
    this.url = request.path;
    this.headers = lowerCased({ host: 'api', ...request.headers, ...headers });
    if (request.body !== undefined) this.push(Buffer.from(request.body));
    this.push(null);
  }

  override _read(): void {
    // Everything was pushed at the start.
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Makes one; `headers` are added to those of the client, as a proxy that names its caller would. */
export function simRequest(
  request: TransportRequest,
  headers: Readonly<Record<string, string>>,
): IncomingMessage {
  return new SimRequest(request, headers) as unknown as IncomingMessage;
}
