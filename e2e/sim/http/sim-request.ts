// A request as the server's handlers see one, without a socket.
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';

import type { TransportRequest } from '@gantry/api/client';

/** What Koa and the handlers read of a socket. */
const NO_SOCKET = Object.freeze({ writable: true, remoteAddress: '127.0.0.1' });

/** The body is there as a whole from the start: no stream has to be set up for it. */
class SimRequest extends EventEmitter {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly httpVersion = '1.1';
  readonly httpVersionMajor = 1;
  readonly complete = true;
  readonly socket = NO_SOCKET;
  readonly #body: Buffer | undefined;

  constructor(request: TransportRequest, headers: Readonly<Record<string, string>>) {
    super();
    this.method = request.method;
    this.url = request.path;
    this.headers = lowerCased({ host: 'api', ...request.headers, ...headers });
    this.#body = request.body === undefined ? undefined : Buffer.from(request.body);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    if (this.#body !== undefined) yield await Promise.resolve(this.#body);
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name of Object.keys(headers)) lower[name.toLowerCase()] = headers[name] ?? '';
  return lower;
}

/** Makes one; `headers` are added to those of the client, as a proxy that names its caller would. */
export function simRequest(
  request: TransportRequest,
  headers: Readonly<Record<string, string>>,
): IncomingMessage {
  return new SimRequest(request, headers) as unknown as IncomingMessage;
}
