// Joins the pod network of a node on a Docker engine: its way to the API, to the kernel and to the engine.
import { createClient } from '@gantry/api/http-client';
import type { Transport } from '@gantry/api/client';
import type { Clock } from '@gantry/kit/clock';
import type { Ipv4Range } from '@gantry/kit/ipv4-range';
import type { Logger } from '@gantry/kit/logger';
import type { Random } from '@gantry/kit/random';
import type { Machine } from '../machine/machine.ts';
import { createEngine } from '../runtime/docker/engine.ts';
import { createNetworkSystem } from './network-system.ts';
import { createPodNetwork, type PodNetwork } from './pod-network.ts';

/** What the pod network of a real node is made of. */
export interface PodNetworkParts {
  transport: Transport;
  clock: Clock;
  random: Random;
  logger: Logger;
  machine: Pick<Machine, 'facts'>;
  nodeName: string;
  /** See kit/node-scope.ts. */
  scope: string;
  clusterRanges: readonly Ipv4Range[];
  /** The value of DOCKER_HOST. */
  dockerHost: string | undefined;
  /** What programs are started through, such as `nsenter --net=…`. */
  through?: readonly string[];
}

/** A pod network that runs. */
export interface RunningPodNetwork extends PodNetwork {
  /** Resolves after the signal was aborted and the last round is over. */
  ended: Promise<void>;
}

/** Begins to keep the network; it ends with the signal, and leaves everything as it is. */
export function startPodNetwork(parts: PodNetworkParts, signal: AbortSignal): RunningPodNetwork {
  const { transport, machine, clock, scope, dockerHost, through = [] } = parts;
  const engine = createEngine({ address: { dockerHost }, clock });
  const network = createPodNetwork({
    ...parts,
    client: createClient({ transport, fieldManager: 'gantry-agent' }),
    hostIp: async () => (await machine.facts()).address,
    system: createNetworkSystem({ engine, scope, through }),
  });
  const ended = network.run(signal).finally(() => engine.close());
  return {
    ended,
    run: (other) => network.run(other),
    name: () => network.name(),
    onLost: (listener) => network.onLost(listener),
    condition: () => network.condition(),
    onCondition: (listener) => network.onCondition(listener),
  };
}
