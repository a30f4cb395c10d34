// What a large cluster costs its control plane: resident memory with 1,000 hollow nodes that beat and watch, each over
// connections of its own, and then with 10,000 pods that run on them. No engine has a part in it.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@gantry/api/client';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import type { LocalWorld } from '../cluster/local-world.ts';
import { waitFor } from '../cluster/local-world.ts';
import type { Bench, Workbench } from './bench.ts';
import { short, type Figure } from './figure.ts';
import { peakResidentMegabytes, residentMegabytes } from './process-usage.ts';
import { NAMESPACE } from './workload.ts';

const NODES = 1_000;
const PODS_PER_NODE = 10;
const PODS_PER_DEPLOYMENT = 100;
/** With `--quick`: so many times fewer nodes and pods. */
const QUICK_SHARE = 10;
const MEGABYTES_MAX = 600;
const REST_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
/** On two cores that others use too. */
const PATIENCE_MS = 30 * 60_000;

export const hollowLoad: Bench = { name: 'hollow-load', run: measureHollowLoad };

async function measureHollowLoad(bench: Workbench): Promise<Figure[]> {
  const nodes = bench.quick ? NODES / QUICK_SHARE : NODES;
  const pods = nodes * PODS_PER_NODE;
  const restMs = bench.quick ? REST_MS / QUICK_SHARE : REST_MS;
  const world = await bench.openWorld({ agents: [] });
  try {
    await world.startHollowNodes('load', nodes);
    await delay(restMs);
    const idle = memoryFigure(world, `${nodes} hollow nodes without pods`);
    bench.say(`${idle.what}: ${idle.measured}`);
    await runPods(world.client, pods);
    await delay(restMs);
    return [idle, memoryFigure(world, `${nodes} hollow nodes, ${pods} pods running`)];
  } finally {
    await world.stop();
  }
}

function memoryFigure(world: LocalWorld, what: string): Figure {
  const pid = world.pidOf('control-plane');
  const megabytes = residentMegabytes(pid);
  return {
    what: `resident memory, control plane with ${what}`,
    target: `<= ${MEGABYTES_MAX} MB`,
    measured: `${short(megabytes)} MB (peak so far ${short(peakResidentMegabytes(pid))})`,
    reference: '',
    met: megabytes <= MEGABYTES_MAX,
  };
}

/** Resolves when all of them are available at the same time. */
async function runPods(client: Client, pods: number): Promise<void> {
  for (let made = 0; made < pods; made += PODS_PER_DEPLOYMENT) {
    await client.create(deploymentKind, hollowDeployment(`load-${made}`, PODS_PER_DEPLOYMENT));
  }
  const areAvailable = async (): Promise<boolean> => {
    const { items } = await client.list(deploymentKind, { namespace: NAMESPACE });
    return items.reduce((all, { status }) => all + (status?.availableReplicas ?? 0), 0) === pods;
  };
  await waitFor(`${pods} pods to run`, areAvailable, PATIENCE_MS, LOOK_EVERY_MS);
}

/** A hollow node finds any image. */
function hollowDeployment(name: string, replicas: number): Deployment {
  const labels = { app: name };
  const requests = { cpu: '10m', memory: '16Mi' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'hollow.example/web:1', resources: { requests } }] },
      },
    },
  };
}
