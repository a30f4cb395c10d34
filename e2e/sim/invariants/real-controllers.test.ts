// Every invariant over the real controllers and the real scheduler, under users, lost nodes and changes of leader.
import test from 'ava';
import { cronJobKind } from '@gantry/api/kinds/cron-job';
import { daemonSetKind } from '@gantry/api/kinds/daemon-set';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { jobKind } from '@gantry/api/kinds/job';
import { podKind } from '@gantry/api/kinds/pod';
import { keyOf, type AnyObject } from '@gantry/api/meta';
import { brokenIn, createAllInvariants } from './all-invariants.ts';
import { BOUNDS } from './bounds.ts';
import { startSmallWorld, type SmallWorld } from './small-world.ts';
import type { WorldView } from './world-view.ts';

const at = (name: string) => ({ namespace: 'default', name });
const template = (name: string, image: string, more: object = {}) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: 'main', image, resources: { requests: { cpu: '100m' } } }], ...more },
});

function workload(apiVersion: string, kind: string, name: string, spec: object): AnyObject {
  return { apiVersion, kind, metadata: at(name), spec };
}

const deployment = (name: string, replicas: number, strategy: object): AnyObject =>
  workload('apps/v1', 'Deployment', name, {
    ...{ replicas, strategy, selector: { matchLabels: { app: name } } },
    template: template(name, 'web:1'),
  });
const job = (name: string, spec: object): AnyObject =>
  workload('batch/v1', 'Job', name, {
    ...spec,
    template: template(name, 'job:1', { restartPolicy: 'Never' }),
  });

async function begin(world: SmallWorld): Promise<void> {
  await world.create(deploymentKind, deployment('rolling', 4, { type: 'RollingUpdate' }));
  await world.create(deploymentKind, deployment('recreated', 2, { type: 'Recreate' }));
  await world.create(
    daemonSetKind,
    workload('apps/v1', 'DaemonSet', 'daemons', {
      ...{ selector: { matchLabels: { app: 'daemons' } }, template: template('daemons', 'web:1') },
    }),
  );
  await world.create(jobKind, job('plain', { completions: 5, parallelism: 2, backoffLimit: 20 }));
  await world.create(
    jobKind,
    job('indexed', { completions: 4, parallelism: 3, completionMode: 'Indexed', backoffLimit: 20 }),
  );
  const jobTemplate = { spec: job('', { completions: 1 })['spec'] };
  await world.create(
    cronJobKind,
    workload('batch/v1', 'CronJob', 'ticks', {
      schedule: '* * * * *',
      concurrencyPolicy: 'Forbid',
      jobTemplate,
    }),
  );
}

/** One thing that users or the world do. */
async function disturb(world: SmallWorld): Promise<void> {
  const name = world.below(3) === 0 ? 'recreated' : 'rolling';
  const edit = (change: (spec: Deployment['spec']) => Deployment['spec']): Promise<void> =>
    world.change(deploymentKind, at(name), (current) => {
      const next = structuredClone(current) as Deployment;
      return { ...next, spec: change(next.spec) };
    });
  switch (world.below(9)) {
    case 0:
      return edit((spec) => ({ ...spec, replicas: world.below(7) }));
    case 1:
    case 2:
      return edit((spec) => ({ ...spec, template: template(name, `web:${world.below(4)}`) }));
    case 3:
      return world.takeOver();
    case 4: {
      const pods = world.objects('Pod');
      const pod = pods[world.below(pods.length)];
      return pod === undefined ? undefined : world.delete(podKind, keyOf(pod));
    }
    case 5: {
      const node = world.nodes.get(`n${1 + world.below(3)}`);
      if (node !== undefined) node.reachable = !node.reachable;
      return;
    }
    case 6: {
      const node = world.nodes.get(`n${1 + world.below(3)}`);
      if (node === undefined) return;
      node.up = !node.up;
      for (const one of node.containers)
        if (one.running) Object.assign(one, { running: false, finishedAtMs: world.nowMs, exitCode: 137 });
      return;
    }
    case 7:
      return world.delete(jobKind, at('plain'), {
        propagationPolicy: world.below(2) === 0 ? 'Foreground' : 'Background',
      });
    default:
      return world.create(jobKind, job('plain', { completions: 5, parallelism: 2, backoffLimit: 20 }));
  }
}

/** `GANTRY_INVARIANT_SEEDS=4-40` runs these instead. */
const [from = 1, to = 2] = (process.env['GANTRY_INVARIANT_SEEDS'] ?? '1-2').split('-').map(Number);
/** Lost nodes, tolerations and rollouts are over by then; no image is missing, and no program crashes for ever. */
const bounds = { ...BOUNDS, settleMs: 120_000 };

for (const seed of Array.from({ length: to - from + 1 }, (_, index) => from + index))
  test(`no invariant is broken by the real controllers, seed ${seed}`, async (t) => {
    const world = await startSmallWorld(seed, 3);
    const invariants = createAllInvariants(bounds);
    let looks = 0;
    const look = (view: WorldView): void => {
      looks += 1;
      const broken = brokenIn(invariants, view);
      if (broken.length > 0) throw new Error(`look ${looks}: ${JSON.stringify(broken, null, 2)}`);
    };
    await begin(world);
    for (let step = 0; step < 40; step++) {
      await disturb(world);
      await world.pass(1 + world.below(8), look);
    }
    for (const node of world.nodes.values()) Object.assign(node, { up: true, reachable: true });
    world.calmSinceMs = world.nowMs;
    await world.pass(bounds.settleMs / 1_000 + 60, look);
    t.true(looks > 400);
    await world.close();
  });
