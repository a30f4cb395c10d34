// What a cluster costs that has nothing to do: resident memory and processor time with 20 pods running (and 80 more
// that wait), beside the Docker engine in the same minute.
import { setTimeout as delay } from 'node:timers/promises';
import { WARM_SANDBOXES } from '@gantry/kit/node-defaults';
import type { LocalWorld } from '../cluster/local-world.ts';
import type { Bench, Workbench } from './bench.ts';
import { short, type Figure } from './figure.ts';
import { processorSeconds, residentMegabytes } from './process-usage.ts';
import { createPods } from './read.ts';
import { runDeployment } from './workload.ts';

const RUNNING_PODS = 20;
const ALL_PODS = 100;
const SETTLE_MS = 30_000;
const IDLE_MS = 60_000;
const CONTROL_PLANE_MEGABYTES = 150;
const AGENT_MEGABYTES = 110;
const IDLE_PERCENT = 3;
const NODE = 'n1';

export const footprint: Bench = { name: 'footprint', run: measureFootprint };

async function measureFootprint(bench: Workbench): Promise<Figure[]> {
  const world = await bench.openWorld({ warmSandboxes: WARM_SANDBOXES });
  try {
    await runDeployment(world.client, 'footprint', RUNNING_PODS);
    await createPods(world.client, ALL_PODS - RUNNING_PODS);
    await delay(bench.quick ? SETTLE_MS / 10 : SETTLE_MS);
    const memory = measureMemory(bench, world);
    return [...memory, await measureIdle(bench, world)];
  } finally {
    await world.stop();
  }
}

function measureMemory(bench: Workbench, world: LocalWorld): Figure[] {
  const engine = sum(bench.engine.pids(), residentMegabytes);
  const figureOf = (what: string, pid: number, limit: number): Figure => {
    const megabytes = residentMegabytes(pid);
    return {
      what,
      target: `<= ${limit} MB`,
      measured: `${short(megabytes)} MB`,
      reference: `dockerd + containerd: ${short(engine)} MB`,
      ratio: megabytes / engine,
      met: megabytes <= limit,
    };
  };
  return [
    figureOf(
      `resident memory, control plane with ${ALL_PODS} pods`,
      world.pidOf('control-plane'),
      CONTROL_PLANE_MEGABYTES,
    ),
    figureOf(`resident memory, agent with ${RUNNING_PODS} pods`, world.pidOf(NODE), AGENT_MEGABYTES),
  ];
}

async function measureIdle(bench: Workbench, world: LocalWorld): Promise<Figure> {
  const idleMs = bench.quick ? IDLE_MS / 6 : IDLE_MS;
  const parts = {
    'control plane': world.pidOf('control-plane'),
    agent: world.pidOf(NODE),
    etcd: world.etcd.pid,
  };
  const own = Object.entries(parts).map(([name, pid]) => ({ name, pid, before: processorSeconds(pid) }));
  const engineBefore = sum(bench.engine.pids(), processorSeconds);
  const beganMs = performance.now();
  await delay(idleMs);
  const percent = (seconds: number): number => (seconds / (performance.now() - beganMs)) * 1000 * 100;
  const engine = percent(sum(bench.engine.pids(), processorSeconds) - engineBefore);
  const each = own.map(({ name, pid, before }) => ({ name, used: percent(processorSeconds(pid) - before) }));
  const total = each.reduce((all, { used }) => all + used, 0);
  return {
    what: `idle processor time, ${RUNNING_PODS} pods running`,
    target: `<= ${IDLE_PERCENT} % of one core`,
    measured: `${short(total)} % (${each.map(({ name, used }) => `${name} ${short(used)}`).join(', ')})`,
    reference: `dockerd + containerd: ${short(engine)} %`,
    ratio: total / engine,
    met: total <= IDLE_PERCENT,
  };
}

function sum(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((all, pid) => all + of(pid), 0);
}
