// Hollow nodes in this process: real agents that join over TLS, engines in memory, and proxies that confirm what they lead to.
import { join } from 'node:path';
import { connectAgent } from '@gantry/agent/connection';
import { createHollowHost, type HollowHost } from '@gantry/agent/hollow/hollow-host';
import { AGENT_VERSION, runNode } from '@gantry/agent/run-node';
import { createHollowProxy, noTraffic } from '@gantry/agent/services/hollow-proxy';
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import { toyRegistry } from './toy-images.ts';

/** Where they join, and who they are. */
export interface ToyNodesOptions {
  server: string;
  joinToken: string;
  caFile: string;
  folder: string;
  names: readonly string[];
  podsMax?: number;
}

const HEARTBEAT_MS = 2_000;

/** Starts them. @returns what stops them. */
export async function startToyNodes(options: ToyNodesOptions): Promise<() => Promise<void>> {
  const end = new AbortController();
  const running = await Promise.all(options.names.map((_, index) => startNode(options, index, end.signal)));
  return async () => {
    end.abort();
    await Promise.all(running.map(({ ended }) => ended));
    // Containers outlive their agents; without power they end.
    for (const { host } of running) host.powerOff();
  };
}

async function startNode(
  { server, joinToken, caFile, folder, names, podsMax = 500 }: ToyNodesOptions,
  index: number,
  signal: AbortSignal,
): Promise<{ ended: Promise<void>; host: HollowHost }> {
  const name = names[index] ?? '';
  const random = seededRandom(index + 1);
  const own = { clock: systemClock, random, ids: idsFrom(random), logger: silentLogger };
  const host = createHollowHost({ ...own, name, index, registry: toyRegistry });
  const pkiFolder = join(folder, 'nodes', name, 'pki');
  const files = { pkiFolder, caFile, tokenFile: undefined };
  const connection = await connectAgent(own, { server, nodeName: name, token: joinToken, ...files }, signal);
  const ended = runNode(
    {
      ...{ ...own, server, connection, runtime: host.openRuntime(), machine: host.machine },
      serviceProxy: createHollowProxy({ ...own, traffic: noTraffic() }),
      options: {
        node: {
          ...{ name, labels: {}, podsMax, agentVersion: AGENT_VERSION },
          reserved: { cpuMilli: 0, memoryBytes: 0 },
        },
        heartbeatIntervalMs: HEARTBEAT_MS,
      },
    },
    signal,
  );
  return { ended, host };
}
