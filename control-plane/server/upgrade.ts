// Upgraded connections (WebSocket, SPDY): the same door as for requests, then the socket is handed to whoever
// serves the path.
import { childAbort } from '@gantry/kit/child-abort';
import type { Status } from '@gantry/api/status-error';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Bulkhead } from './bulkhead.ts';
import { connectTarget } from './connect-routes.ts';
import type { ServerDeps } from './deps.ts';
import { statusFor, unknownMethod, unknownPath } from './error-answer.ts';
import type { Exchange } from './exchange.ts';
import { findExtension } from './extension-routes.ts';
import { createLiveUpgrade, LIVE_PATH } from './live/live-upgrade.ts';
import { JSON_FORM } from './media-type.ts';
import { authorize, identify } from './permit.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts';
import { requestInfo } from './request-info.ts';
import type { RequestInfo } from './request-info.ts';
import { ANONYMOUS } from './security.ts';

/** Takes upgrades. */
export interface Upgrades {
  accept: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Cuts what is still open. */
  stop: () => void;
}

/** Makes the upgrade handler of a server. */
export function createUpgrades(deps: ServerDeps, limits: Bulkhead): Upgrades {
  const open = new Set<Duplex>();
  const live = createLiveUpgrade(deps);
  return {
    accept(request, socket, head) {
      open.add(socket);
      const gone = new AbortController();
      // A socket without a listener for errors would end the process.
      socket.on('error', () => socket.destroy());
      socket.once('close', () => {
        open.delete(socket);
        gone.abort();
      });
      const requestId = requestIdOf(request.headers['x-request-id'], deps.ids);
      serve(deps, limits, live, { request, socket, head, requestId, signal: gone.signal }).catch(
        (error: unknown) => {
          refuse(socket, statusFor(error, requestId, deps.logger), requestId);
        },
      );
    },
    stop() {
      for (const socket of open) socket.destroy();
    },
  };
}

interface Incoming {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  requestId: string;
  signal: AbortSignal;
}

async function serve(
  deps: ServerDeps,
  limits: Bulkhead,
  live: ReturnType<typeof createLiveUpgrade>,
  incoming: Incoming,
): Promise<void> {
  const { request, socket, head, requestId, signal } = incoming;
  const url = new URL(request.url ?? '/', 'http://server');
  const info = requestInfo(request.method ?? 'GET', url.pathname, url.searchParams);
  if (info === undefined) throw unknownPath();
  const extension = findExtension(deps.extensions, info.path);
  const connected = connectInfo(deps, info);
  const anonymous = extension?.access === 'anonymous';
  const user = anonymous ? ANONYMOUS : await identify(deps.security, request);
  if (!anonymous) authorize(deps.security, user, connected);
  const leave = limits.enter(user.name, 'watch');
  socket.once('close', leave);
  if (socket.destroyed) leave();
  deps.logger.debug('upgrade', { requestId, user: user.name, path: info.path });
  if (info.path === LIVE_PATH) {
    live({ request, socket, head }, { user, requestId });
    return;
  }
  if (extension !== undefined) {
    if (extension.upgrade === undefined) throw unknownMethod();
    const { pathname: path, searchParams: query } = url;
    return extension.upgrade(
      { path, query, headers: request.headers, user, requestId, signal },
      { request, socket, head },
    );
  }
  if (deps.connect === undefined || deps.connect.subresources[info.subresource] === undefined)
    throw unknownPath();
  const exchange: Pick<Exchange, keyof Exchange> = {
    info: connected,
    query: url.searchParams,
    headers: request.headers,
    user,
    requestId,
    signal,
    form: () => JSON_FORM,
    readBody: () => Promise.reject(unknownMethod()),
    warn: () => undefined,
  };
  const target = await connectTarget(deps, exchange);
  // The close of the socket lets the server's own signal go again.
  const end = childAbort(signal, deps.stopping);
  return deps.connect.upgrade({ ...target, signal: end.signal }, { request, socket, head });
}

/** A WebSocket is always a GET; what counts for authorization is what the subresource does. */
function connectInfo(deps: ServerDeps, info: RequestInfo): RequestInfo {
  const verb = deps.connect?.subresources[info.subresource];
  return info.isResourceRequest && verb !== undefined ? { ...info, verb } : info;
}

/** Answers in plain HTTP when the upgrade has not been taken yet. */
function refuse(socket: Duplex, status: Status, requestId: string): void {
  if (socket.destroyed || !socket.writable) return;
  const body = `${JSON.stringify(status)}\n`;
  const head = [
    `HTTP/1.1 ${status.code} ${status.reason ?? 'Failure'}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `${REQUEST_ID_HEADER}: ${requestId}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
