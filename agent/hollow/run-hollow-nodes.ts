// Many hollow nodes in one process, against a real control plane. Each joins as every agent does, with a certificate of its
// own; what they can share they share.
import { join } from 'node:path';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { mapBounded } from '@gantry/kit/map-bounded';
import type { Ids, Random } from '@gantry/kit/random';
import type { AgentArguments } from '../arguments.ts';
import { connectAgent } from '../connection.ts';
import { AGENT_VERSION, runNode, type NodeDeps } from '../run-node.ts';
import { createHollowHost } from './hollow-host.ts';
import { createRequestGate } from './request-gate.ts';

export interface HollowNodesDeps {
  clock: Clock;
  random: Random;
  ids: Ids;
  logger: Logger;
}

/** Of each node: a connection costs both sides more than a wait of a node that is one of many. */
const CONNECTIONS_MAX = 1;
/** Of all nodes together. */
const REQUESTS_AT_ONCE = 32;
/** Joining costs the control plane a signature: more at once would only wait there. */
const JOINS_AT_ONCE = 8;

/**
 * Runs `<name>-0` to `<name>-<nodes - 1>` until the signal is aborted. Their keys lie in `<state folder>/nodes/<name>`;
 * containers and checkpoints are in memory, so a new process finds hosts that know nothing.
 *
 * @throws when a node can never join.
 */
export async function runHollowNodes(
  deps: HollowNodesDeps,
  options: AgentArguments,
  signal: AbortSignal,
): Promise<void> {
  const { logger } = deps;
  const indexes = Array.from({ length: options.nodes }, (_, index) => index);
  const gate = createRequestGate(REQUESTS_AT_ONCE);
  const nodes: Promise<void>[] = [];
  await mapBounded(indexes, JOINS_AT_ONCE, async (index) => {
    if (signal.aborted) return;
    const node = await joinAsNode(deps, options, index, signal);
    const { connection } = node;
    const transport = gate.behind(connection.transport);
    nodes.push(runNode({ ...node, connection: { ...connection, transport } }, signal));
  });
  logger.info('hollow nodes started', { nodes: options.nodes, server: options.server });
  await Promise.all(nodes);
}

async function joinAsNode(
  deps: HollowNodesDeps,
  options: AgentArguments,
  index: number,
  signal: AbortSignal,
): Promise<NodeDeps> {
  const { nodes, stateFolder, server, labels, reserved, podsMax, heartbeatIntervalMs } = options;
  const name = `${options.name}-${String(index)}`;
  const own = { ...deps, logger: deps.logger.child({ node: name }) };
  const pkiFolder = join(stateFolder, 'nodes', name, 'pki');
  const connection = await connectAgent(
    own,
    { ...options, nodeName: name, pkiFolder, connectionsMax: CONNECTIONS_MAX },
    signal,
  );
  const host = createHollowHost({ ...own, name, index });
  return {
    ...{ ...own, server, connection, runtime: host.openRuntime(), machine: host.machine },
    options: {
      node: { name, labels, reserved, podsMax, agentVersion: AGENT_VERSION },
      heartbeatIntervalMs,
      // However quickly they have joined, they beat one after the other over the whole interval.
      secondBeatMs: (heartbeatIntervalMs * (index + 1)) / nodes,
    },
  };
}
