// The transport of Node programs: HTTP/1.1 with keep-alive through undici, TLS from PEM strings. The only file of
// this package that is not for browsers.
import { createSecureContext, type SecureContext } from 'node:tls';
import { Agent } from 'undici';
import type { Transport, TransportRequest, TransportResponse } from './client.ts';
import { TransportError } from './transport-error.ts';

/** Where the server is and who asks. */
export interface NodeTransportOptions {
  /** `https://127.0.0.1:6443`; a path in it goes before every request's path. */
  server: string;
  /** PEM of the CAs that may have signed the server's certificate; absent: the machine's own. */
  ca?: string;
  /** PEM of the client's certificate chain and key. */
  cert?: string;
  key?: string;
  /** Bearer token; a function is asked for each request, so that a token may be renewed. */
  token?: string | (() => string);
  /** Talks to a server whatever its certificate; only where the user has asked for it. */
  anyServer?: boolean;
  userAgent?: string;
  connectTimeoutMs?: number;
  /** Connections at once for answers that may stay open (watches, logs); each holds one. */
  streamsMax?: number;
  /** Connections at once for all other requests; more wait their turn. */
  connectionsMax?: number;
}

/** A transport and the way to end it. */
export interface NodeTransport {
  transport: Transport;
  /** Who asks, for further connections to the same server. */
  secureContext: SecureContext;
  /** Closes all connections; what is under way fails. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const HEAD_TIMEOUT_MS = 30_000;
const STREAMS_MAX = 512;
/** Making a connection costs both sides as much as several requests: a burst takes turns on a few. */
const CONNECTIONS_MAX = 8;

/** Makes connections as they are needed and keeps them for reuse. */
export function createNodeTransport(options: NodeTransportOptions): NodeTransport {
  const server = new URL(options.server);
  // Made once: reading certificates and key takes longer than a connection's handshake.
  const secureContext = createSecureContext({
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.cert === undefined ? {} : { cert: options.cert }),
    ...(options.key === undefined ? {} : { key: options.key }),
  });
  const settings = {
    connect: {
      timeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      secureContext,
      ...(options.anyServer === true ? { rejectUnauthorized: false } : {}),
    },
  };
  const streams = new Agent({ ...settings, connections: options.streamsMax ?? STREAMS_MAX });
  const requests = new Agent({ ...settings, connections: options.connectionsMax ?? CONNECTIONS_MAX });
  return {
    secureContext,
    transport: async (request) =>
      send(request.bodyIdleTimeoutMs === undefined ? streams : requests, server, options, request),
    close: async () => {
      await Promise.all([streams.destroy(), requests.destroy()]);
    },
  };
}

async function send(
  agent: Agent,
  server: URL,
  options: NodeTransportOptions,
  request: TransportRequest,
): Promise<TransportResponse> {
  try {
    const answer = await agent.request({
      origin: server.origin,
      path: `${server.pathname.replace(/\/$/, '')}${request.path}`,
      method: request.method,
      headers: headersOf(options, request),
      body: request.body ?? null,
      headersTimeout: request.timeoutMs ?? HEAD_TIMEOUT_MS,
      bodyTimeout: request.bodyIdleTimeoutMs ?? 0,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    return { status: answer.statusCode, headers, body: translated(answer.body, server, request.signal) };
  } catch (error) {
    throw translate(error, server, request.signal);
  }
}

function headersOf(options: NodeTransportOptions, request: TransportRequest): Record<string, string> {
  const token = typeof options.token === 'function' ? options.token() : options.token;
  return {
    'user-agent': options.userAgent ?? 'gantry',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...request.headers,
  };
}

async function* translated(
  body: AsyncIterable<Uint8Array>,
  server: URL,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (error) {
    throw translate(error, server, signal);
  }
}

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS|ERR_SSL/;
const UNREACHABLE = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/;
const TIMEOUTS = /TIMEOUT|ETIMEDOUT/;

/** Foreign errors become TransportErrors once, here; an abort stays the caller's own reason. */
function translate(error: unknown, server: URL, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  const { code = '', message } = causeWithCode(error);
  const text = `${server.origin}: ${message === '' ? code : message}`;
  const options = { cause: error };
  if (UNTRUSTED.test(code)) return new TransportError('tls-untrusted', `not trusting ${text}`, options);
  if (UNREACHABLE.test(code)) return new TransportError('unreachable', `cannot reach ${text}`, options);
  if (TIMEOUTS.test(code)) return new TransportError('timeout', `no answer in time from ${text}`, options);
  return new TransportError('connection-lost', `lost the connection to ${text}`, options);
}

/** Several addresses tried come as one AggregateError: the first of them speaks for all. */
function causeWithCode(error: unknown): { code?: string; message: string } {
  const candidate = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code, message } = candidate as { code?: unknown; message?: unknown };
  return {
    ...(typeof code === 'string' ? { code } : {}),
    message: typeof message === 'string' ? message : String(candidate),
  };
}
