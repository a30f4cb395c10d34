// `kill -9` of the control plane in the middle of writes, and of the agent: what runs goes on running, what was
// acknowledged is still there, and everything converges again.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@gantry/api/client';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { leaseKind } from '@gantry/api/kinds/lease';
import { waitFor, type LocalWorld } from '../cluster/local-world.ts';
import { secondsOf, type Bench, type Workbench } from './bench.ts';
import { spread, type Figure } from './figure.ts';
import { containerIdOf, deploymentOf, NAMESPACE, podsOf, restartsOf, runDeployment } from './workload.ts';

const CONTROL_PLANE_TRIES = 20;
const AGENT_TRIES = 5;
const PODS = 5;
const WRITERS = 4;
/** Writing goes on for so long before the kill, and a little more each time, so that it hits different moments. */
const WRITE_MS = 100;
const APP = 'steady';
/** Pods of this one fit no node: it makes the controllers work without making the engine work. */
const MOVING_APP = 'moving';
const NODE = 'n1';

export const controlPlaneKill: Bench = { name: 'control-plane-kill', run: killControlPlane };
export const agentKill: Bench = { name: 'agent-kill', run: killAgent };

async function killControlPlane(bench: Workbench): Promise<Figure[]> {
  const world = await bench.openWorld();
  try {
    const before = await startSteadyPods(world);
    await world.client.create(deploymentKind, deploymentOf(MOVING_APP, 1, { unscheduled: true }));
    const acknowledged = new Set<string>();
    const seconds: number[] = [];
    const tries = bench.quick ? 2 : CONTROL_PLANE_TRIES;
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      seconds.push(await killWhileWriting(world, attempt, acknowledged));
    }
    const there = new Set(
      (await world.client.list(configMapKind, { namespace: NAMESPACE })).items.map(
        ({ metadata }) => metadata.name,
      ),
    );
    const lost = [...acknowledged].filter((name) => !there.has(name)).length;
    const restarted = await changedContainers(world.client, before);
    return [
      {
        what: `control plane kill -9 during writes, ${tries} tries: kill -> back and converged`,
        target: '0 restarted, 0 lost, always',
        measured: `${seconds.length} of ${tries} converged, ${restarted} restarted, ${lost} of ${acknowledged.size} acknowledged writes lost; ${spread(seconds, 's')}`,
        reference: '',
        met: seconds.length === tries && restarted === 0 && lost === 0,
      },
    ];
  } finally {
    await world.stop();
  }
}

/** @returns seconds from the kill until the cluster is where its objects say that it should be. */
async function killWhileWriting(
  world: LocalWorld,
  attempt: number,
  acknowledged: Set<string>,
): Promise<number> {
  const end = new AbortController();
  const { client } = world;
  const writers = Array.from({ length: WRITERS }, (_, writer) =>
    writeUntil(client, `write-${attempt}-${writer}`, acknowledged, end.signal),
  );
  const replicas = 5 + attempt;
  const key = { namespace: NAMESPACE, name: MOVING_APP };
  await client.patch(deploymentKind, key, 'merge', { spec: { replicas } });
  await delay(WRITE_MS + attempt * 7);
  const seconds = await secondsOf(async () => {
    await world.kill('control-plane');
    end.abort();
    await Promise.all(writers);
    await world.startControlPlane();
    await waitFor('convergence', async () => {
      const { status } = await world.client.get(deploymentKind, key);
      return (await podsOf(world.client, MOVING_APP)).length === replicas && status?.replicas === replicas;
    });
  });
  return seconds;
}

/** Writes one ConfigMap after the other; only what was answered counts as acknowledged. */
async function writeUntil(
  client: Client,
  prefix: string,
  acknowledged: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  for (let index = 0; !signal.aborted; index += 1) {
    const name = `${prefix}-${index}`;
    try {
      const metadata = { name, namespace: NAMESPACE };
      await client.create(configMapKind, { apiVersion: 'v1', kind: 'ConfigMap', metadata }, { signal });
      acknowledged.add(name);
    } catch {
      // Not acknowledged: it may be there or not.
      await delay(5);
    }
  }
}

async function killAgent(bench: Workbench): Promise<Figure[]> {
  const world = await bench.openWorld();
  try {
    const before = await startSteadyPods(world);
    const seconds: number[] = [];
    const tries = bench.quick ? 1 : AGENT_TRIES;
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      seconds.push(
        await secondsOf(async () => {
          await world.kill(NODE);
          const silentSince = await lastBeat(world.client);
          await world.startAgent(NODE);
          await waitFor('a heartbeat', async () => (await lastBeat(world.client)) !== silentSince);
          await waitFor('all pods ready', async () => allReady(world.client));
        }),
      );
      // A new pod proves that the agent works, and gives it time to do harm to the old ones.
      await runDeployment(world.client, `after-${attempt}`, 1);
    }
    const restarted = await changedContainers(world.client, before);
    return [
      {
        what: `agent kill -9 and restart, ${tries} tries: kill -> heartbeat`,
        target: '0 restarted, always',
        measured: `${seconds.length} of ${tries} back, ${restarted} restarted; ${spread(seconds, 's')}`,
        reference: '',
        met: seconds.length === tries && restarted === 0,
      },
    ];
  } finally {
    await world.stop();
  }
}

async function startSteadyPods(world: LocalWorld): Promise<ReadonlySet<string>> {
  await runDeployment(world.client, APP, PODS);
  return new Set((await podsOf(world.client, APP)).map(containerIdOf));
}

async function allReady(client: Client): Promise<boolean> {
  const pods = await podsOf(client, APP);
  return pods.length === PODS && pods.every(({ status }) => status?.containerStatuses?.[0]?.ready === true);
}

/** How many of the steady containers are not the same any more. */
async function changedContainers(client: Client, before: ReadonlySet<string>): Promise<number> {
  const pods = await podsOf(client, APP);
  const same = pods.filter((pod) => before.has(containerIdOf(pod)) && restartsOf(pod) === 0);
  return before.size - same.length;
}

async function lastBeat(client: Client): Promise<string | undefined> {
  const lease = await client.get(leaseKind, { namespace: 'kube-node-lease', name: NODE });
  return lease.spec.renewTime ?? undefined;
}
