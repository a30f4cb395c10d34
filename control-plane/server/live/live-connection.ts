// The one connection of a page: all its watches and figures in frames of a WebSocket. A browser opens six connections
// to a server at most, over HTTP/1.1, and a page watches more than that.
import type { WebSocket } from 'ws';
import { TokenBucket } from '@gantry/kit/token-bucket';
import { keepAlive } from '@gantry/kit/tunnel/keep-alive';
import type { ServerDeps } from '../deps.ts';
import type { Proof, User } from '../security.ts';
import { readMessage } from './client-message.ts';
import { CLOSE, CLOSE_GRACE_MS, OPENS, PING_LINE_EVERY_MS, SUBSCRIPTIONS_MAX } from './live-limits.ts';
import { createOutbox } from './outbox.ts';
import { runSubscription } from './subscription.ts';
import type { Topics } from './topics.ts';

/** Whose connection it is. */
export interface LiveClient {
  user: User;
  requestId: string;
}

/** Serves a connection until either side ends it. */
export function serveLive(deps: ServerDeps, topics: Topics, socket: WebSocket, client: LiveClient): void {
  const { clock, metrics, logger } = deps;
  const open = new Map<number, AbortController>();
  const opens = new TokenBucket(clock, OPENS);
  let closing = false;
  const close = (code: number, reason: string): void => {
    if (closing) return;
    closing = true;
    outbox.close();
    socket.close(code, reason);
    const cancel = clock.schedule(CLOSE_GRACE_MS, () => socket.terminate());
    socket.once('close', cancel);
  };
  const outbox = createOutbox(socketOf(socket), clock, () => {
    metrics.limitsReached.inc({ limit: 'live-buffer' });
    logger.warn('live connection closed: its client does not read', { requestId: client.requestId });
    close(CLOSE.tooSlow, 'this page does not read fast enough');
  });
  const refuse = (reason: string): void => {
    metrics.limitsReached.inc({ limit: 'live-refused' });
    close(CLOSE.refused, reason);
  };
  const openOne = (id: number, path: string): void => {
    if (open.has(id)) return refuse(`number ${id} is in use`);
    if (open.size >= SUBSCRIPTIONS_MAX) return refuse(`more than ${SUBSCRIPTIONS_MAX} subscriptions`);
    if (!opens.tryTake()) return refuse('too many subscriptions in a short time');
    const end = new AbortController();
    open.set(id, end);
    outbox.hurry();
    void runSubscription({ deps, topics, ...client, outbox }, id, path, end.signal).then(() => {
      if (open.get(id) === end) open.delete(id);
    });
  };
  socket.on('message', (data, isBinary) => {
    if (closing) return;
    const message = isBinary ? undefined : readMessage((data as Buffer).toString('utf8'));
    if (message === undefined) return refuse('not a message of this protocol');
    if (message.type === 'open') return openOne(message.id, message.path);
    open.get(message.id)?.abort();
    open.delete(message.id);
  });
  const stopPings = tellTime(deps, client.user.proof, (line) => outbox.write(line), close);
  const stopKeepingAlive = keepAlive(socket, clock);
  const stopping = (): void => {
    close(CLOSE.stopping, 'the server stops');
  };
  deps.stopping.addEventListener('abort', stopping, { once: true });
  socket.once('close', () => {
    closing = true;
    deps.stopping.removeEventListener('abort', stopping);
    stopPings();
    stopKeepingAlive();
    for (const end of open.values()) end.abort();
    outbox.close();
  });
}

/** Frames that are too long or broken end the connection; without a listener they would end the process. */
function socketOf(socket: WebSocket) {
  socket.on('error', () => socket.terminate());
  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send(text: string, sent: () => void) {
      if (socket.readyState === socket.OPEN) socket.send(text, sent);
      else sent();
    },
  };
}

/** Lets the client judge how fresh it is, and ends the connection with the credentials that it was opened with. */
function tellTime(
  { clock }: Pick<ServerDeps, 'clock'>,
  proof: Proof | undefined,
  write: (line: string) => void,
  close: (code: number, reason: string) => void,
): () => void {
  let cancel = (): void => undefined;
  const round = (): void => {
    const nowMs = clock.nowMs();
    if (proof?.endedBecause?.() !== undefined) return close(CLOSE.sessionOver, 'the session has been ended');
    if (proof !== undefined && proof.expiresAtMs <= nowMs)
      return close(CLOSE.sessionOver, 'the session has expired');
    write(`0 {"type":"PING","time":"${new Date(nowMs).toISOString()}"}\n`);
    cancel = clock.schedule(PING_LINE_EVERY_MS, round);
  };
  round();
  return () => {
    cancel();
  };
}
