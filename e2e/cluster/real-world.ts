// Real processes, etcd and Docker as scenarios see them.
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineContainer, World } from '../scenarios/world.ts';
import type { Stage } from './stage.ts';

/** Shows a running cluster to one scenario. */
export function realWorld(stage: Stage, namespace: string, nodes: readonly string[]): World {
  const { world } = stage;
  return {
    ...{ client: stage.client, namespace, nodes },
    nowMs: () => Date.now(),
    sleep: (forMs) => delay(forMs),
    async containers() {
      return (await Promise.all(nodes.map((node) => containersOn(stage, node, namespace)))).flat();
    },
    async readFile({ pod, name }, path) {
      const ran = await stage.gantry(['-n', namespace, 'exec', pod, '-c', name, '--', 'cat', path]);
      if (ran.code !== 0) throw new Error(ran.err);
      return ran.out;
    },
    crash: ({ id, node }) => stage.engineOf(node).getContainer(id).kill(),
    killAgent: (node) => world.kill(node),
    startAgent: (node) => world.startAgent(node),
    killControlPlane: () => world.kill('control-plane'),
    startControlPlane: () => world.startControlPlane(),
    async freezeStore(forMs) {
      world.etcd.signal('SIGSTOP');
      try {
        await delay(forMs);
      } finally {
        world.etcd.signal('SIGCONT');
      }
    },
  };
}

async function containersOn(stage: Stage, node: string, namespace: string): Promise<EngineContainer[]> {
  const seen = await stage.seen(node, namespace, 'app');
  return seen.map(({ id, pod, container, running, startedAt }) => ({
    ...{ id, node, pod, name: container, running, startedAt },
  }));
}
