// A rolling update of 20 replicas under load through a Service, and the same update by Docker Swarm on the same engine.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type Docker from 'dockerode';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { WARM_SANDBOXES } from '@gantry/kit/node-defaults';
import { DEMO_IMAGES, makeDemoImages } from '@gantry/ctl/up/demo-image';
import { createHosts, type EngineHost } from '../../cluster/hosts/create-hosts.ts';
import { startHostsWorld } from '../../cluster/hosts-world.ts';
import { failuresOf, startLoad, type LoadReport } from '../../cluster/load/load.ts';
import { waitFor } from '../../cluster/local-world.ts';
import { secondsOf, type Bench, type Workbench } from '../bench.ts';
import { median, short, spread, type Figure } from '../figure.ts';
import { NAMESPACE } from '../workload.ts';
import { APP, fullLoad, makeWebService, untilAvailable, webDeployment } from './web.ts';

const run = promisify(execFile);
const REPLICAS = 20;
const PARALLEL = 2;
/** Sandboxes that the agent makes ahead, its default: as many as there are replicas. */
const READY = WARM_SANDBOXES;
/** Every other one under load. */
const ROUNDS = 20;
const SWARM_ROUNDS = 2;
const SWARM_WITHIN_MS = 180_000;

export const updateUnderLoad: Bench = { name: 'update', run: measure };

async function measure(bench: Workbench): Promise<Figure[]> {
  const reports: LoadReport[] = [];
  const seconds: number[] = [];
  const made = await startHostsWorld(1, { warmSandboxes: READY, unsafeNoFsync: false });
  const { world, hosts } = made;
  try {
    const address = await makeWebService(world);
    const engine = hosts[0]?.docker;
    await untilReady(engine, READY);
    await world.client.create(deploymentKind, webDeployment(REPLICAS, PARALLEL));
    await untilAvailable(world, REPLICAS);
    for (let round = 1; round <= (bench.quick ? 2 : ROUNDS); round += 1) {
      const image = DEMO_IMAGES[round % 2] ?? '';
      const id = (await engine?.getImage(image).inspect())?.Id ?? '';
      await untilReady(engine, REPLICAS + READY);
      // The load takes as much of the machine as the update: how long that takes is measured without.
      const isLoaded = round % 2 === 1;
      const load = isLoaded ? await startLoad(hosts[0]?.through ?? [], fullLoad(address)) : undefined;
      const took = await secondsOf(async () => {
        const patch = { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } };
        await world.client.patch(deploymentKind, { namespace: NAMESPACE, name: APP }, 'strategic', patch);
        await untilAvailable(world, REPLICAS);
        // As for Swarm: the old ones are gone, too.
        await waitFor('the end of the old pods', () => allRun(engine, 'gantry.dev/kind=app', id));
      });
      const report = await load?.stop();
      if (report === undefined) seconds.push(took);
      else reports.push(report);
      const words = report === undefined ? 'without load' : JSON.stringify(failuresOf(report));
      bench.say(`update ${round}: ${short(took)} s, ${words}`);
    }
  } finally {
    await made.stop();
  }
  return [
    failureFigure(reports),
    durationFigure(seconds, "Swarm's default order", await swarmSeconds(bench, 'stop-first')),
    durationFigure(seconds, 'new ones first', await swarmSeconds(bench, 'start-first')),
  ];
}

function failureFigure(reports: readonly LoadReport[]): Figure {
  const all = reports.flatMap((report) => Object.values(report));
  const answered = all.reduce((sum, way) => sum + way.answered, 0);
  const failed = reports.map((report) => Object.values(failuresOf(report)).reduce((sum, n) => sum + n, 0));
  const clean = failed.filter((count) => count === 0).length;
  return {
    what: `update of ${REPLICAS} replicas under load (HTTP kept and new, TCP): failed requests`,
    target: '0, in 10 of 10 runs',
    measured: `${failed.reduce((sum, n) => sum + n, 0)} of ${answered}; ${clean} of ${reports.length} runs without any`,
    reference: '',
    met: clean === reports.length,
  };
}

function durationFigure(seconds: readonly number[], order: string, swarm: readonly number[]): Figure {
  const ratio = median(seconds) / median(swarm);
  return {
    what: `update of ${REPLICAS} replicas, ${PARALLEL} at once, ${READY} sandboxes ready`,
    target: '<= 0.4 x',
    measured: spread(seconds, 's'),
    reference: `docker service update, ${order}: ${spread(swarm, 's')}`,
    ratio,
    met: ratio <= 0.4,
  };
}

/** Whether the containers that run under a label are the replicas, all of this image. */
async function allRun(docker: Docker | undefined, label: string, id: string): Promise<boolean> {
  const all = (await docker?.listContainers({ filters: { label: [label] } })) ?? [];
  return all.length === REPLICAS && all.every(({ ImageID }) => ImageID === id);
}

/** Those of pods, which all have come from the pool, and those that wait in it. */
async function untilReady(docker: Docker | undefined, sandboxes: number): Promise<void> {
  const filters = { name: ['gantry_POOL_'] };
  await waitFor('the ready sandboxes', async () => {
    return ((await docker?.listContainers({ filters })) ?? []).length === sandboxes;
  });
}

async function swarmSeconds(bench: Workbench, order: 'stop-first' | 'start-first'): Promise<number[]> {
  const made = await createHosts({ count: 1, liveRestore: false });
  try {
    const host = made.hosts[0] as EngineHost;
    await makeDemoImages(host.socketPath);
    const docker = (...args: string[]) =>
      run('docker', ['--host', `unix://${host.socketPath}`, ...args], { timeout: SWARM_WITHIN_MS });
    const ids = await Promise.all(
      DEMO_IMAGES.map(async (name) => (await host.docker.getImage(name).inspect()).Id),
    );
    await docker('swarm', 'init', '--advertise-addr', host.address);
    await docker(
      ...[
        'service',
        'create',
        '--detach',
        '--name',
        APP,
        '--replicas',
        String(REPLICAS),
        '--no-resolve-image',
      ],
      ...['--stop-grace-period', '1s', '--update-parallelism', String(PARALLEL), '--update-order', order],
      ids[0] ?? '',
    );
    const running = (id: string) => allRun(host.docker, `com.docker.swarm.service.name=${APP}`, id);
    await waitFor('the replicas of Swarm', () => running(ids[0] ?? ''), SWARM_WITHIN_MS);
    const seconds: number[] = [];
    for (let round = 1; round <= (bench.quick ? 1 : SWARM_ROUNDS); round += 1) {
      const id = ids[round % 2] ?? '';
      const took = await secondsOf(async () => {
        await docker('service', 'update', '--detach', '--no-resolve-image', '--image', id, APP);
        await waitFor('the update of Swarm', () => running(id), SWARM_WITHIN_MS);
      });
      seconds.push(took);
      bench.say(`Swarm: ${short(took)} s`);
    }
    return seconds;
  } finally {
    await made.end();
  }
}
