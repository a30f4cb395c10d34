// The dashboard before 1,000 pods on hollow nodes: how soon it is there, how soon it shows a change, whether it jerks or
// grows, and what many open pages cost.
import { readFileSync } from 'node:fs';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { waitFor } from '../../cluster/local-world.ts';
import type { Bench, Workbench } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { orFailure } from '../or-failure.ts';
import { NAMESPACE } from '../workload.ts';
import { openLab, type DashboardLab } from './lab.ts';
import { openPages } from './open-pages.ts';
import { pageMemory } from './page-memory.ts';
import { changeVisible, firstLook } from './page-times.ts';
import { scrollFrames } from './scroll-frames.ts';

const PODS = 1_000;
const NODES = 10;
const AVAILABLE_WITHIN_MS = 300_000;

export const dashboard: Bench = { name: 'dashboard', run: measureDashboard };

async function measureDashboard(bench: Workbench): Promise<Figure[]> {
  const world = await bench.openWorld({ agents: [] });
  let lab: DashboardLab | undefined;
  try {
    await world.startHollowNodes('load', NODES);
    const pods = bench.quick ? PODS / 10 : PODS;
    await fill(world.client, pods);
    bench.say(`${pods} pods run`);
    const opened = await openLab(world, readFileSync(world.kubeconfig, 'utf8'));
    lab = opened;
    const parts = [
      () => firstLook(opened, pods),
      () => changeVisible(opened, bench.quick),
      () => scrollFrames(opened, pods),
      () => openPages(opened, bench.quick),
      () => pageMemory(opened, bench.quick),
    ];
    const figures: Figure[] = [];
    for (const part of parts) figures.push(...(await orFailure('dashboard', async () => [await part()])));
    return figures;
  } finally {
    await lab?.stop();
    await world.stop();
  }
}

async function fill(client: DashboardLab['client'], pods: number): Promise<void> {
  const labels = { app: 'many' };
  const key = { namespace: NAMESPACE, name: 'many' };
  await client.create(deploymentKind, {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: key },
    spec: {
      ...{ replicas: pods, selector: { matchLabels: labels } },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: 'toy.example/many:1' }] },
      },
    },
  });
  await waitFor(
    `${pods} pods`,
    async () => (await client.get(deploymentKind, key)).status?.availableReplicas === pods,
    AVAILABLE_WITHIN_MS,
  );
}
