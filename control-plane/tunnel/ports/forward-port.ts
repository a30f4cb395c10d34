// One connection between a client and a port of a pod: a stream of the tunnel to the node that runs the pod.
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { badRequest, StatusError } from '@gantry/api/status-error';
import { CHANNEL } from '@gantry/kit/tunnel/frame';
import { messageOf } from '@gantry/kit/operational-error';
import type { TunnelStream } from '@gantry/kit/tunnel/tunnel-stream';
import type { Tunnels } from '../tunnel-registry.ts';
import type { PortClient, PortListener } from './port-client.ts';

/** Opens a connection to a port of one pod. Whatever goes wrong is told to the client. @returns what the client's half does. */
export type ForwardPort = (port: number, client: PortClient) => PortListener;

/** @throws StatusError 400 when the pod is on no node or does not run; 503 when its node is not connected. */
export function forwardPortsOf(tunnels: Tunnels, pod: Pod): ForwardPort {
  const { name = '', namespace = '', uid = '' } = pod.metadata;
  const phase = pod.status?.phase ?? 'Pending';
  const node = pod.spec.nodeName;
  if (!node) throw badRequest(`${podKind.singular} ${name} does not have a host assigned`);
  if (phase !== 'Running') {
    throw badRequest(`unable to forward port because pod is not running. Current status=${phase}`);
  }
  tunnels.expect(node);
  return (port, client) => {
    let stream: TunnelStream;
    try {
      stream = tunnels.open(node, { kind: 'port', ref: { namespace, pod: name, podUid: uid }, port });
    } catch (error) {
      const message = error instanceof StatusError ? error.status.message : messageOf(error);
      client.finish(errorText(port, `${namespace}/${name}`, message ?? ''));
      return NOBODY;
    }
    return join(stream, client, (message) => errorText(port, `${namespace}/${name}`, message));
  };
}

const NOBODY: PortListener = {
  onData: (_data, consumed) => {
    consumed();
  },
  onEnd: () => undefined,
  onGone: () => undefined,
};

/** kubectl puts "an error occurred forwarding LOCAL -> REMOTE: " before it. */
function errorText(port: number, pod: string, message: string): string {
  return `error forwarding port ${port} to pod ${pod}: ${message}`;
}

function join(stream: TunnelStream, client: PortClient, textOf: (message: string) => string): PortListener {
  stream.listener = {
    onData: (_channel, data, consumed) => {
      client.write(data, consumed);
    },
    onEnd: () => {
      client.end();
    },
    onResult: (result) => {
      client.finish(result.ok ? undefined : textOf(result.message));
    },
  };
  return {
    onData: (data, consumed) => {
      // A stream that has ended takes nothing more; what is left is dropped.
      stream.write(CHANNEL.stdin, data).then(consumed, consumed);
    },
    onEnd: () => {
      stream.end(CHANNEL.stdin);
    },
    onGone: () => {
      stream.cancel();
    },
  };
}
