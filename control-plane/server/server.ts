// Listens, serves and stops in order: readiness goes first, then watches end, then what is under way, then the
// connections.
import { OperationalError } from '@gantry/kit/operational-error';
import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import { createBulkhead } from './bulkhead.ts';
import type { ServerDeps } from './deps.ts';
import {
  CONNECTIONS_MAX,
  DRAIN_MS,
  DRAIN_SWEEP_MS,
  DRAIN_UNUSED_MS,
  HEADERS_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
} from './limits.ts';
import { ofrepDoor } from './ofrep-door.ts';
import { refuseUnreadable } from './unreadable-request.ts';
import { trackUnused, type UnusedConnections } from './unused-connections.ts';
import { createUpgrades } from './upgrade.ts';

/** Certificates in PEM. Without them the server speaks plain HTTP (tests, behind a proxy). */
export interface TlsFiles {
  key: string;
  cert: string;
  /** CA whose client certificates are trusted. */
  clientCa: string;
}

/** Where to listen. */
export interface ListenOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  tls?: TlsFiles;
  /** How long a client may take over the head of a request; {@link HEADERS_TIMEOUT_MS} when absent. */
  headersTimeoutMs?: number;
}

/** A server that listens. */
export interface RunningServer {
  /** `https://127.0.0.1:6443` */
  url: string;
  port: number;
  /** Ends watches, waits for what is under way, closes. Safe to call twice. */
  stop(): Promise<void>;
}

/** Go clients keep idle connections for 90 s; a server that closes earlier makes them fail now and then. */
const KEEP_ALIVE_MS = 120_000;
/** What is spoken; a client that names others only is refused. */
const PROTOCOL = 'http/1.1';
/** Finds out about clients that have gone without a word: their watches would stay for ever. */
const KEEP_ALIVE_PROBES = { keepAlive: true, keepAliveInitialDelay: 30_000 } as const;

/**
 * Starts serving.
 *
 * @throws OperationalError `port-taken`, `listen-failed`.
 */
export async function startServer(
  deps: Omit<ServerDeps, 'stopping'>,
  listen: ListenOptions,
): Promise<RunningServer> {
  const stopping = new AbortController();
  // Each open watch listens to it.
  setMaxListeners(0, stopping.signal);
  const all: ServerDeps = { ...deps, stopping: stopping.signal };
  const limits = createBulkhead(deps.metrics);
  const app = createApp(all, limits);
  const answer = app.callback();
  const handle = ofrepDoor(all, limits, (request, response) => void answer(request, response));
  const headersTimeoutMs = listen.headersTimeoutMs ?? HEADERS_TIMEOUT_MS;
  const server = createHttpServer(listen.tls, headersTimeoutMs);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = CONNECTIONS_MAX;
  const unused = trackUnused(server);
  server.on('request', handle);
  server.on('clientError', (error, socket) => {
    refuseUnreadable(deps, error, socket);
  });
  const upgrades = createUpgrades(all, limits);
  server.on('upgrade', upgrades.accept);
  await listening(server, listen);
  const { port } = server.address() as AddressInfo;
  const scheme = listen.tls === undefined ? 'http' : 'https';
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopping.abort();
    upgrades.stop();
    await drained(server, unused, deps.clock);
  };
  return {
    url: `${scheme}://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}`,
    port,
    stop: () => (stopped ??= stop()),
  };
}

function createHttpServer(tls: TlsFiles | undefined, checkedEveryMs: number): HttpServer {
  const options = { ...KEEP_ALIVE_PROBES, connectionsCheckingInterval: checkedEveryMs };
  if (tls === undefined) return createServer(options);
  // Certificates are judged by the authenticator: one that is not trusted is told so, not just cut off.
  return createTlsServer({
    ...options,
    key: tls.key,
    cert: tls.cert,
    ca: tls.clientCa,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    // A list would be copied for each connection, into 8 KiB of a pool that stay for as long as the connection does.
    ALPNCallback: ({ protocols }) => (protocols.includes(PROTOCOL) ? PROTOCOL : undefined),
  });
}

function listening(server: HttpServer, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code === 'EADDRINUSE' ? 'port-taken' : 'listen-failed';
      reject(
        new OperationalError(code, `cannot listen on ${host}:${port}: ${error.message}`, { cause: error }),
      );
    });
    server.listen(port, host, resolve);
  });
}

/** Idle connections go at once, unused ones soon, the others as soon as they are idle or the time is up. */
function drained(server: HttpServer, unused: UnusedConnections, clock: ServerDeps['clock']): Promise<void> {
  return new Promise((resolve) => {
    let cancelSweep = (): void => undefined;
    const sweep = (): void => {
      server.closeIdleConnections();
      cancelSweep = clock.schedule(DRAIN_SWEEP_MS, sweep);
    };
    const cancelUnused = clock.schedule(DRAIN_UNUSED_MS, () => {
      unused.end();
    });
    const cancelLimit = clock.schedule(DRAIN_MS, () => {
      server.closeAllConnections();
    });
    server.close(() => {
      cancelLimit();
      cancelUnused();
      cancelSweep();
      resolve();
    });
    sweep();
  });
}
