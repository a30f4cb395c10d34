// One node: joins its halves. Pods run on the runtime and are reported back; the node itself is registered, beats,
// and is looked after.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transport } from '@gantry/api/client';
import { createClient } from '@gantry/api/http-client';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { Ids, Random } from '@gantry/kit/random';
import { runHeartbeat } from './node/heartbeat.ts';
import { readMachineFacts } from './node/node-facts.ts';
import { allocatableOf, nodeLabels, type NodeOptions } from './node/node-object.ts';
import { createNodeRegistration } from './node/node-registration.ts';
import { runNodeUpkeep } from './node/node-upkeep.ts';
import { observeDates } from './node/observe-dates.ts';
import { createPodServices } from './pods/pod-services.ts';
import { createPodSide } from './pods/pod-side.ts';
import { createNodeUsage } from './runtime/node-usage.ts';
import type { Runtime } from './runtime/runtime.ts';
import type { NodeServices } from './tunnel/node-services.ts';

export interface AgentOptions {
  node: NodeOptions;
  /** Everything that the agent keeps on disk is below. */
  stateFolder: string;
  heartbeatIntervalMs: number;
  /** The node's address; found out when absent. */
  address?: string;
}

export interface AgentDeps {
  transport: Transport;
  runtime: Runtime;
  clock: Clock;
  random: Random;
  ids: Ids;
  logger: Logger;
  options: AgentOptions;
}

export interface Agent {
  /** What the tunnel offers to the control plane. */
  services: NodeServices;
  /** Stops looking after the node; containers run on. */
  stop(): Promise<void>;
}

/** Starts the agent of a node. Neither the control plane nor the runtime has to be there yet. */
export async function startAgent(deps: AgentDeps): Promise<Agent> {
  const { runtime, clock, logger, options } = deps;
  const { name } = options.node;
  const podsFolder = join(options.stateFolder, 'pods');
  // Processes in containers reach their volumes by mounts: nobody but the agent has to read here.
  await mkdir(podsFolder, { recursive: true, mode: 0o711 });
  const facts = await readMachineFacts(deps, options.address);
  const dates = observeDates(deps.transport, clock);
  const client = createClient({ transport: dates.transport, fieldManager: 'gantry-agent' });
  const { address: hostIp, isRoot } = facts;
  const node = { name, hostIp, podsFolder, isRoot, allocatable: allocatableOf(options.node, facts) };
  const podSide = createPodSide({ ...deps, client, node, stateFolder: options.stateFolder });
  const registration = createNodeRegistration({
    ...deps,
    ...{ client, nodeName: name, labels: nodeLabels(options.node, facts) },
  });
  const usage = createNodeUsage({ clock });
  const end = new AbortController();
  const { signal } = end;
  const beat = { ...deps, client, nodeName: name, intervalMs: options.heartbeatIntervalMs };
  const upkeep = { ...deps, facts, podsFolder, registration, usage };
  const parts = [
    podSide.run(signal),
    runHeartbeat({ ...beat, onBack: () => podSide.retryNow() }, signal),
    runNodeUpkeep(
      {
        ...upkeep,
        options: options.node,
        drift: () => dates.bounds(),
        isPodKnown: (uid) => podSide.isPodKnown(uid),
      },
      signal,
    ),
  ].map((part) =>
    part.catch((error: unknown) => {
      logger.error('a part of the agent has ended', { error: messageOf(error) });
    }),
  );
  return {
    services: createPodServices({ ...podSide, runtime, nodeUsage: () => usage() ?? noUsage(clock) }),
    async stop() {
      end.abort(new Error('the agent stops'));
      await Promise.all(parts);
      await runtime.close();
    },
  };
}

/** A machine without the kernel's files tells nothing. */
function noUsage(clock: Clock): { cpuMilli: number; memoryBytes: number; atMs: number } {
  return { cpuMilli: 0, memoryBytes: 0, atMs: clock.nowMs() };
}
