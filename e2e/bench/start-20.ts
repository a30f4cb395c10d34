// From `gantry apply` of a Deployment with 20 one-container pods to the last pod Running, beside the bare engine and
// Docker Swarm. Rounds take turns, so that a slow moment of the machine meets all three.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WARM_SANDBOXES } from '@gantry/kit/node-defaults';
import { REPOSITORY, waitFor, type LocalWorld } from '../cluster/local-world.ts';
import { secondsOf, type Bench, type Workbench } from './bench.ts';
import { median, short, spread, type Figure } from './figure.ts';
import { joinSwarm, startPlainContainers, startSwarmService } from './plain-containers.ts';
import { allRun, deploymentOf, removeDeployment, watchPods } from './workload.ts';

const run = promisify(execFile);
const PODS = 20;
const ROUNDS = 3;
const CONCURRENCIES = [1, 2, 4];
/** What an agent keeps ready, and nothing. */
const POOLS = [WARM_SANDBOXES, 0];
const APP = 'start';

export const start20: Bench = { name: 'start-20', run: measureStarts };

async function measureStarts(bench: Workbench): Promise<Figure[]> {
  const gantry = new Map<number, number[]>(POOLS.map((pool) => [pool, []]));
  const plain: number[] = [];
  const swarm: number[] = [];
  const rounds = bench.quick ? 1 : ROUNDS;
  const note = (samples: number[], name: string, seconds: number): void => {
    samples.push(seconds);
    bench.say(`${name}: ${short(seconds)} s`);
  };
  for (let round = 1; round <= rounds; round += 1) {
    for (const [pool, samples] of gantry) {
      note(samples, `Gantry, pool of ${pool}`, await gantryRound(bench, pool));
    }
    note(plain, 'docker run', await plainRound(bench));
    note(swarm, 'Swarm', await swarmRound(bench));
  }
  return [...gantry].flatMap(([pool, samples]) => [
    figureOf(pool, samples, `docker run -d x ${PODS}, best concurrency`, plain),
    figureOf(pool, samples, 'docker service create (Swarm)', swarm),
  ]);
}

function figureOf(pool: number, samples: number[], name: string, reference: number[]): Figure {
  const ratio = median(samples) / median(reference);
  return {
    what: `${PODS} pods from apply to Running, ${pool} sandboxes ready`,
    target: '<= 1.0 x',
    measured: spread(samples, 's'),
    reference: `${name}: ${spread(reference, 's')}`,
    ratio,
    met: ratio <= 1,
  };
}

async function gantryRound(bench: Workbench, pool: number): Promise<number> {
  const world = await bench.openWorld({ warmSandboxes: pool });
  await waitFor('the ready sandboxes', async () => (await pooledSandboxes(bench)) === pool);
  const file = join(world.folder, 'deployment.json');
  writeFileSync(file, JSON.stringify(deploymentOf(APP, PODS)));
  const watch = await watchPods(world.client, APP);
  const seconds = await secondsOf(async () => {
    await Promise.all([applyFile(world, file), watch.until(allRun(PODS))]);
  });
  await watch.stop();
  await removeDeployment(world.client, APP);
  await world.stop();
  return seconds;
}

async function applyFile(world: LocalWorld, file: string): Promise<void> {
  const args = [join(REPOSITORY, 'bin', 'gantry'), 'apply', '-f', file];
  const env = { ...process.env, KUBECONFIG: world.kubeconfig };
  await run(process.execPath, args, { env, timeout: 60_000 });
}

async function pooledSandboxes(bench: Workbench): Promise<number> {
  return (await bench.engine.docker.listContainers({ filters: { name: ['gantry_POOL_'] } })).length;
}

/** The engine at its best: the fastest of all concurrencies. */
async function plainRound(bench: Workbench): Promise<number> {
  const samples: number[] = [];
  for (const concurrency of CONCURRENCIES) {
    samples.push(await startPlainContainers(bench.engine, PODS, concurrency));
  }
  return Math.min(...samples);
}

async function swarmRound(bench: Workbench): Promise<number> {
  const leave = await joinSwarm(bench.engine);
  try {
    return await startSwarmService(bench.engine, PODS);
  } finally {
    await leave();
  }
}
