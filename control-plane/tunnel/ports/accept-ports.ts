// `portforward`: takes the upgrade over in whichever of its three flavours the client speaks.
import { badRequest } from '@gantry/api/status-error';
import type { Upgrade } from '../../server/connect.ts';
import { answerUpgrade } from '../spdy/answer-upgrade.ts';
import type { ForwardPort } from './forward-port.ts';
import { portsOf } from './port-number.ts';
import { PORT_FORWARD_PROTOCOL, serveSpdyPorts } from './spdy-ports.ts';
import { acceptSpdyWebSocket, flavourOf, serveChannelPorts } from './websocket-ports.ts';

/** Serves the client until it is gone. @throws StatusError 400 before the upgrade has been answered. */
export async function acceptPorts(
  upgrade: Upgrade,
  query: URLSearchParams,
  forward: ForwardPort,
): Promise<void> {
  const protocol = (upgrade.request.headers.upgrade ?? '').toLowerCase();
  if (protocol === 'spdy/3.1') {
    answerUpgrade(upgrade, PORT_FORWARD_PROTOCOL);
    return serveSpdyPorts(upgrade.socket, upgrade.head, forward);
  }
  if (protocol !== 'websocket') {
    throw badRequest(`upgrade to "${protocol}" is not known; use websocket or SPDY/3.1`);
  }
  if (flavourOf(upgrade) === 'channels') return serveChannelPorts(upgrade, portsOf(query), forward);
  return serveSpdyPorts(await acceptSpdyWebSocket(upgrade), Buffer.alloc(0), forward);
}
