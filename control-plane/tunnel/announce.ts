// What a replica tells a node that has not asked.
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { TunnelRequest } from '@gantry/kit/tunnel/tunnel-request';
import type { Tunnels } from './tunnel-registry.ts';

export interface AnnounceDeps {
  tunnels: Pick<Tunnels, 'open'>;
  logger: Logger;
}

/** Tells it; nobody waits for an answer. A node that is not connected is told when its tunnel opens. */
export function announce({ tunnels, logger }: AnnounceDeps, node: string, news: TunnelRequest): void {
  try {
    const stream = tunnels.open(node, news);
    stream.listener = { onResult: () => undefined };
  } catch (error) {
    logger.debug('a node is not told', { node, news: news.kind, error: messageOf(error) });
  }
}
