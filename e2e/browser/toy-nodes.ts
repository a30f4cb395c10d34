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

/** Those that run. */
export interface ToyNodes {
  /** One falls silent for good: agent and containers are gone at once. */
  lose(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts them. */
export async function startToyNodes(options: ToyNodesOptions): Promise<ToyNodes> {
  const running = new Map<string, { end: AbortController; ended: Promise<void>; host: HollowHost }>();
  await Promise.all(
    options.names.map(async (name, index) => {
      const end = new AbortController();
      running.set(name, { end, ...(await startNode(options, index, end.signal)) });
    }),
  );
  const lose = async (name: string): Promise<void> => {
    const node = running.get(name);
    running.delete(name);
    node?.end.abort();
    await node?.ended;
    // Containers outlive their agents; without power they end.
    node?.host.powerOff();
  };
  return {
    lose,
    async stop() {
      await Promise.all([...running.keys()].map(lose));
    },
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
