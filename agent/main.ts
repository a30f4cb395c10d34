// The agent as a program: reads its arguments, joins real parts, and stops in good order on a signal. Containers run
// on when it stops.
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@gantry/kit/clock';
import { createLogger } from '@gantry/kit/logger';
import { nodeScope } from '@gantry/kit/node-scope';
import { messageOf } from '@gantry/kit/operational-error';
import { systemIds, systemRandom } from '@gantry/kit/random';
import { startAgent } from './agent.ts';
import { readArguments } from './arguments.ts';
import { connectAgent } from './connection.ts';
import { createLocalMachine } from './machine/local/local-machine.ts';
import { createDockerRuntime } from './runtime/docker/docker-runtime.ts';
import { runTunnelClient } from './tunnel/tunnel-client.ts';

const VERSION = 'v1.32.0+gantry-0.1.0';

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2), hostname());
  const { name, server, stateFolder } = options;
  const logger = createLogger({ level: options.logLevel, fields: { part: 'agent', node: name } });
  const shared = { clock: systemClock, random: systemRandom, ids: systemIds, logger };
  const end = new AbortController();
  const stopped = untilSignal().then(() => end.abort(new Error('the agent was told to stop')));
  mkdirSync(stateFolder, { recursive: true, mode: 0o711 });
  const connection = await connectAgent(shared, options, end.signal);
  const runtime = createDockerRuntime({
    ...shared,
    nodeName: nodeScope(connection.identity().ca, name),
    stateFolder: join(stateFolder, 'runtime'),
    dockerHost: process.env['DOCKER_HOST'],
    warmPoolSize: options.warmSandboxes,
  });
  const { labels, reserved, podsMax, heartbeatIntervalMs, address } = options;
  const agent = await startAgent({
    ...shared,
    transport: connection.transport,
    runtime,
    machine: createLocalMachine({ ...shared, stateFolder, address }),
    options: { node: { name, labels, reserved, podsMax, agentVersion: VERSION }, heartbeatIntervalMs },
  });
  logger.info('agent ready', { server });
  const tunnel = { ...shared, server, identity: () => connection.identity(), services: agent.services };
  const background = [runTunnelClient(tunnel, end.signal), connection.keepRenewed(end.signal)];
  await stopped;
  logger.info('agent stopping');
  await agent.stop();
  await Promise.all(background);
  await connection.close();
  process.exit(0);
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`The agent could not start: ${messageOf(error)}\n`);
  process.exit(1);
});
