// The simulation as scenarios see it: virtual time, hollow engines, faults that are done to processes in memory.
import { sleep } from '@gantry/kit/clock';
import type { SimUser, SimWorld } from '../sim/world/sim-world.ts';
import { until } from './until.ts';
import type { EngineContainer, World } from './world.ts';

/** What a simulated world is shown with. */
export interface SimulatedWorldDeps {
  sim: SimWorld;
  user: SimUser;
  namespace: string;
  nodes: readonly string[];
  replicas: readonly string[];
}

/** Shows the simulated world to one scenario. */
export function simulatedWorld({ sim, user, namespace, nodes, replicas }: SimulatedWorldDeps): World {
  const { client, process } = user;
  const time = {
    nowMs: () => process.clock.nowMs(),
    sleep: (forMs: number) => sleep(process.clock, forMs),
  };
  return {
    ...{ client, namespace, nodes, ...time },
    containers: () => Promise.resolve(nodes.flatMap((node) => containersOn(sim, node, namespace))),
    readFile: (container, path) => Promise.resolve(sim.host(container.node).readFile(container.id, path)),
    crash: ({ node, id }) => Promise.resolve(sim.host(node).crash(id)),
    killAgent: (node) => Promise.resolve(sim.program(node).kill()),
    startAgent: (node) => Promise.resolve(sim.program(node).start()),
    killControlPlane: () => Promise.resolve(replicas.forEach((replica) => sim.program(replica).kill())),
    async startControlPlane() {
      for (const replica of replicas) sim.program(replica).start();
      await until(time, 'the control plane ready', async () => {
        const answer = await client.raw({ method: 'GET', path: '/readyz' });
        for await (const _chunk of answer.body);
        return answer.status === 200 ? true : undefined;
      });
    },
    freezeStore(forMs) {
      sim.strike({ type: 'store-away', atMs: 0, forMs });
      return time.sleep(forMs);
    },
  };
}

function containersOn(sim: SimWorld, node: string, namespace: string): EngineContainer[] {
  return sim
    .host(node)
    .view(true)
    .containers.filter(({ podNamespace }) => podNamespace === namespace)
    .map(({ id, podName, name, running, startedAtMs }) => ({
      ...{ id, node, pod: podName, name, running, startedAt: String(startedAtMs ?? '') },
    }));
}
