// log, exec, attach and portforward of pods: between a client and the node that runs the pod, through the node's tunnel.
import type { ServerResponse } from 'node:http';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { badRequest, internal, notFound, type StatusError, unavailable } from '@gantry/api/status-error';
import type { Clock } from '@gantry/kit/clock';
import { CHANNEL, type TunnelResult } from '@gantry/kit/tunnel/frame';
import type { TunnelStreamOptions } from '@gantry/kit/tunnel/tunnel-request';
import type { TunnelStream } from '@gantry/kit/tunnel/tunnel-stream';
import type { ConnectHandlers, ConnectTarget, Upgrade } from '../server/connect.ts';
import type { ClientSession } from './client-session.ts';
import { commandFrom, containerOf, logOptionsFrom, streamOptionsFrom } from './connect-options.ts';
import { execExcuse, execOutcome } from './exec-outcome.ts';
import { acceptPorts } from './ports/accept-ports.ts';
import { forwardPortsOf } from './ports/forward-port.ts';
import { acceptSpdyClient } from './spdy/spdy-client.ts';
import type { Tunnels } from './tunnel-registry.ts';
import { acceptWebSocketClient } from './websocket-client.ts';

/** The handlers of the pods' connecting subresources. */
export function createPodConnect(deps: { tunnels: Tunnels; clock: Clock }): ConnectHandlers {
  return {
    subresources: { log: 'get', exec: 'create', attach: 'create', portforward: 'create' },
    async answer(target, response) {
      if (target.subresource !== 'log') {
        throw badRequest(`${target.subresource} needs an upgraded connection (WebSocket or SPDY)`);
      }
      const pod = target.object as Pod;
      const ref = containerOf(pod, target.query);
      const options = logOptionsFrom(target.query);
      await answerLog(deps.tunnels.open(nodeOf(pod), { kind: 'logs', ref, options }), target, response);
    },
    async upgrade(target, upgrade) {
      if (target.subresource === 'portforward') {
        return acceptPorts(upgrade, target.query, forwardPortsOf(deps.tunnels, target.object as Pod));
      }
      const stream = openExec(deps.tunnels, target);
      try {
        join(stream, await acceptClient(upgrade, target, deps.clock), streamOptionsFrom(target.query));
      } catch (error) {
        stream.cancel();
        throw error;
      }
    },
  };
}

function openExec(tunnels: Tunnels, target: ConnectTarget): TunnelStream {
  const pod = target.object as Pod;
  const ref = containerOf(pod, target.query);
  const options = streamOptionsFrom(target.query);
  return target.subresource === 'exec'
    ? tunnels.open(nodeOf(pod), {
        kind: 'exec',
        ref,
        options: { ...options, command: commandFrom(target.query) },
      })
    : tunnels.open(nodeOf(pod), { kind: 'attach', ref, options });
}

function nodeOf(pod: Pod): string {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
}

async function acceptClient(upgrade: Upgrade, target: ConnectTarget, clock: Clock): Promise<ClientSession> {
  const protocol = (upgrade.request.headers.upgrade ?? '').toLowerCase();
  if (protocol === 'websocket') return acceptWebSocketClient(upgrade);
  if (protocol === 'spdy/3.1') return acceptSpdyClient(upgrade, streamOptionsFrom(target.query), clock);
  throw badRequest(`upgrade to "${protocol}" is not known; use websocket or SPDY/3.1`);
}

/** Copies both ways until one side ends. */
function join(stream: TunnelStream, client: ClientSession, wanted: TunnelStreamOptions): void {
  stream.listener = {
    onData: (channel, data, consumed) => {
      client.write(channel === CHANNEL.stderr ? 'stderr' : 'stdout', data, consumed);
    },
    onResult: (result) => {
      const excuse = wanted.stderr ? execExcuse(result) : undefined;
      if (excuse !== undefined) client.write('stderr', Buffer.from(excuse), () => undefined);
      client.finish(execOutcome(result));
    },
  };
  client.listen({
    onStdin: (data, consumed) => {
      // A stream that has ended takes no more input; what is left of it is dropped.
      stream.write(CHANNEL.stdin, data).then(consumed, consumed);
    },
    onStdinEnd: () => {
      stream.end(CHANNEL.stdin);
    },
    onResize: (size) => {
      stream.resize(size);
    },
    onGone: () => {
      stream.cancel();
    },
  });
}

/** Streams the log; a failure before the first byte becomes the answer's Status. */
function answerLog(stream: TunnelStream, target: ConnectTarget, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const begin = (): void => {
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
    };
    target.signal.addEventListener('abort', () => {
      stream.cancel();
      resolve();
    });
    stream.listener = {
      onData: (_channel, data, consumed) => {
        begin();
        response.write(data, () => {
          consumed();
        });
      },
      onResult: (result) => {
        if (!result.ok && !response.headersSent) {
          reject(logFailure(result, target));
          return;
        }
        begin();
        response.end(() => {
          resolve();
        });
      },
    };
  });
}

function logFailure(result: TunnelResult & { ok: false }, target: ConnectTarget): StatusError {
  const name = target.object.metadata.name ?? '';
  switch (result.code) {
    case 'not-found':
      return badRequest(result.message);
    case 'pod-not-found':
      return notFound(podKind, name);
    case 'tunnel-closed':
      return unavailable(result.message);
    default:
      return internal(result.message);
  }
}
