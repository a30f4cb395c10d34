// Where pages connect.
import { WebSocketServer } from 'ws';
import { badRequest } from '@gantry/api/status-error';
import { messageOf } from '@gantry/kit/operational-error';
import type { Upgrade } from '../connect.ts';
import type { ServerDeps } from '../deps.ts';
import { serveLive, type LiveClient } from './live-connection.ts';
import { flagEvaluationsTopic } from './flag-evaluations-topic.ts';
import { MESSAGE_BYTES_MAX } from './live-limits.ts';
import { createTopics } from './topics.ts';
import { trafficTopic } from './traffic-topic.ts';
import { usageTopic } from './usage-topic.ts';

/** The path of the connection. */
export const LIVE_PATH = '/gantry/v1/live';

/** Makes what takes over upgraded connections. */
export function createLiveUpgrade(deps: ServerDeps): (upgrade: Upgrade, client: LiveClient) => void {
  const acceptor = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });
  const all = [...trafficTopic(deps), ...usageTopic(deps), flagEvaluationsTopic(deps)];
  const topics = createTopics(all, deps.clock, (error) => {
    deps.logger.debug('figures for pages could not be read', { error: messageOf(error) });
  });
  return ({ request, socket, head }, client) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket')
      throw badRequest('this path takes a WebSocket');
    acceptor.handleUpgrade(request, socket, head, (webSocket) => {
      serveLive(deps, topics, webSocket, client);
    });
  };
}
