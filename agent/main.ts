// The agent as a program: reads its arguments, joins real parts, and stops in good order on a signal. Containers run
// on when it stops.
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@gantry/kit/clock';
import { createLogger, type Logger } from '@gantry/kit/logger';
import { nodeScope } from '@gantry/kit/node-scope';
import { messageOf } from '@gantry/kit/operational-error';
import { systemIds, systemRandom } from '@gantry/kit/random';
import { readArguments, type AgentArguments } from './arguments.ts';
import { connectAgent, type Connection } from './connection.ts';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createDnsMetrics } from './dns/dns-metrics.ts';
import { createNodeDns, type NodeDns } from './dns/node-dns.ts';
import { NODE_DNS } from './dns/resolv-conf.ts';
import { upstreamSockets } from './dns/upstream-sockets.ts';
import { createLocalMachine } from './machine/local/local-machine.ts';
import type { Machine } from './machine/machine.ts';
import { NETWORK_OFF } from './network/network-condition.ts';
import { startPodNetwork, type RunningPodNetwork } from './network/start-pod-network.ts';
import { AGENT_VERSION, runNode } from './run-node.ts';
import { proxyFolder, REMOVE_NETWORK, removeNetwork } from './remove-network.ts';
import { createDockerRuntime } from './runtime/docker/docker-runtime.ts';
import { hostAddresses } from './machine/local/host-addresses.ts';
import { createHostProxy } from './service-proxy/host-proxy.ts';
import { createHostMeter } from './traffic-metrics/host-meter.ts';

const DNS_PORT = 53;
/** The default of 10 ms wakes a quiet process a hundred times a second. */
const LOOP_DELAY_EVERY_MS = 500;
const shared = { clock: systemClock, random: systemRandom, ids: systemIds };

async function main(): Promise<void> {
  if (process.argv[2] === REMOVE_NETWORK) {
    await removeNetwork(process.argv.slice(3), systemClock);
    return;
  }
  const options = readArguments(process.argv.slice(2), hostname());
  const { logLevel, name, runtime, stateFolder } = options;
  const end = new AbortController();
  const stop = (): void => end.abort(new Error('the agent was told to stop'));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  mkdirSync(stateFolder, { recursive: true, mode: 0o711 });
  if (runtime === 'hollow') {
    const logger = createLogger({ level: logLevel, fields: { part: 'agent' } });
    const { runHollowNodes } = await import('./hollow/run-hollow-nodes.ts');
    await runHollowNodes({ ...shared, logger }, options, end.signal);
  } else {
    const logger = createLogger({ level: logLevel, fields: { part: 'agent', node: name } });
    await runDockerNode(logger, options, end.signal);
  }
  process.exit(0);
}

async function runDockerNode(logger: Logger, options: AgentArguments, signal: AbortSignal): Promise<void> {
  const { name, stateFolder, address, warmSandboxes } = options;
  const deps = { ...shared, logger };
  const pkiFolder = join(stateFolder, 'pki');
  const connection = await connectAgent(deps, { ...options, nodeName: name, pkiFolder }, signal);
  const scope = nodeScope(connection.identity().ca, name);
  const machine = createLocalMachine({ ...deps, stateFolder, address });
  const network = podNetworkOf({ ...deps, machine, connection, scope }, options, signal);
  const runtime = createDockerRuntime({
    ...deps,
    nodeName: scope,
    network,
    stateFolder: join(stateFolder, 'runtime'),
    dockerHost: process.env['DOCKER_HOST'],
    warmPoolSize: warmSandboxes,
  });
  const { server, labels, reserved, podsMax, heartbeatIntervalMs, dns } = options;
  const node = { name, labels, reserved, podsMax, agentVersion: AGENT_VERSION };
  const folder = proxyFolder(stateFolder);
  const trafficMeter = options.serviceProxy ? createHostMeter({ ...deps, folder }) : undefined;
  const serviceProxy = options.serviceProxy
    ? createHostProxy({ ...deps, folder, owner: scope, traffic: trafficMeter, ownAddresses: hostAddresses })
    : undefined;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_DELAY_EVERY_MS });
  const parts = {
    ...{
      server,
      connection,
      runtime,
      machine,
      serviceProxy,
      trafficMeter,
      registry,
      flags: options.flags,
      metricsAt: options.metricsAt,
      nodeDns: nodeDnsOf({ ...deps, machine, registry }, options),
    },
    network: network ?? { condition: () => NETWORK_OFF, onCondition: () => undefined },
    options: { node, heartbeatIntervalMs, dns },
  };
  await runNode({ ...deps, ...parts }, signal);
  await network?.ended;
}

/** @returns undefined where Services are not led to. */
function nodeDnsOf(
  deps: typeof shared & { logger: Logger; machine: Machine; registry: Registry },
  { serviceProxy, dns }: AgentArguments,
): NodeDns | undefined {
  if (!serviceProxy || dns === undefined) return undefined;
  return createNodeDns({
    ...{ ...deps, sockets: upstreamSockets, metrics: createDnsMetrics(deps.registry) },
    ...{ address: NODE_DNS, port: DNS_PORT, clusterDomain: dns.clusterDomain },
    readResolvConf: async () => (await deps.machine.facts()).resolvConf ?? '',
  });
}

/** @returns undefined when there is to be none. */
function podNetworkOf(
  deps: typeof shared & { logger: Logger; machine: Machine; connection: Connection; scope: string },
  { name, podNetwork, clusterRanges }: AgentArguments,
  signal: AbortSignal,
): RunningPodNetwork | undefined {
  if (!podNetwork) return undefined;
  const { transport } = deps.connection;
  const dockerHost = process.env['DOCKER_HOST'];
  return startPodNetwork({ ...deps, transport, nodeName: name, clusterRanges, dockerHost }, signal);
}

main().catch((error: unknown) => {
  process.stderr.write(`The agent could not start: ${messageOf(error)}\n`);
  process.exit(1);
});
