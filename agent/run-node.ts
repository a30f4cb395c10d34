// One node from its start to its end: agent, tunnel, and the renewal of its certificate.
import type { SecureContext } from 'node:tls';
import { untilAborted } from '@gantry/kit/until-aborted';
import { startAgent, type AgentDeps } from './agent.ts';
import type { Connection } from './connection.ts';
import { serveMetrics } from './metrics/metrics-listener.ts';
import { createNodeNews } from './node/node-news.ts';
import { runTunnels } from './tunnel/run-tunnels.ts';

export interface NodeDeps extends Omit<AgentDeps, 'transport'> {
  server: string;
  connection: Connection;
  /** Where figures are served beside the tunnel; nowhere when absent. */
  metricsAt?: { address: string; port: number } | undefined;
}

/** What every agent of this version says of itself. */
export const AGENT_VERSION = 'v1.32.0+gantry-0.1.0';

/** Runs the node until the signal is aborted; then stops in good order, and containers run on. */
export async function runNode(deps: NodeDeps, signal: AbortSignal): Promise<void> {
  const { connection, server, logger } = deps;
  const nodeNews = createNodeNews();
  const agent = await startAgent({ ...deps, nodeNews, transport: connection.transport });
  logger.info('agent ready', { server });
  const secureContext = (): SecureContext => connection.secureContext();
  const tunnel = {
    ...{ ...deps, nodeNews, secureContext, services: agent.services },
    replicas: connection.replicas(),
    onServers: (replicas: readonly string[]): void => connection.hearReplicas(replicas),
  };
  const background = [
    runTunnels(tunnel, signal),
    connection.keepRenewed(signal),
    ...(deps.metricsAt === undefined
      ? []
      : [serveMetrics({ ...deps, ...deps.metricsAt, metrics: () => agent.services.metrics() }, signal)]),
  ];
  await untilAborted(new Promise<never>(() => undefined), signal).catch(() => undefined);
  logger.info('agent stopping');
  await agent.stop();
  await Promise.all(background);
  await connection.close();
}
