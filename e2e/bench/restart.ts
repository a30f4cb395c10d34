// A killed container runs again: the first restart of each pod, beside the bare engine's kill and start.
import { secondsOf, type Bench, type Workbench } from './bench.ts';
import { median, quantile, spread, type Figure } from './figure.ts';
import { containerIdOf, NAMESPACE, podsOf, restartsOf, runDeployment, watchPods } from './workload.ts';
import { podKind } from '@gantry/api/kinds/pod';

const PODS = 20;
const APP = 'restart';
const TARGET_SECONDS = 1;

export const restart: Bench = { name: 'restart', run: measureRestarts };

async function measureRestarts(bench: Workbench): Promise<Figure[]> {
  const world = await bench.openWorld();
  try {
    await runDeployment(world.client, APP, bench.quick ? 3 : PODS);
    const pods = await podsOf(world.client, APP);
    const watch = await watchPods(world.client, APP);
    const samples: number[] = [];
    const reference: number[] = [];
    for (const { metadata } of pods) {
      const name = metadata.name ?? '';
      const pod = await world.client.get(podKind, { namespace: NAMESPACE, name });
      const container = bench.engine.docker.getContainer(containerIdOf(pod));
      samples.push(
        await secondsOf(async () => {
          await container.kill();
          await watch.until((seen) =>
            seen.some(
              (one) =>
                one.metadata.name === name &&
                restartsOf(one) === 1 &&
                one.status?.containerStatuses?.[0]?.state?.running !== undefined,
            ),
          );
        }),
      );
      reference.push(await killAndStartPlain(bench));
    }
    await watch.stop();
    return [figureOf(samples, reference)];
  } finally {
    await world.stop();
  }
}

function figureOf(samples: number[], reference: number[]): Figure {
  return {
    what: 'killed container -> restarted (first time), as the API shows it',
    target: 'p50 <= 1.0 s',
    measured: spread(samples, 's'),
    reference: `docker kill + docker start: ${spread(reference, 's')}`,
    ratio: median(samples) / median(reference),
    met: quantile(samples, 0.5) <= TARGET_SECONDS,
  };
}

async function killAndStartPlain({ engine }: Workbench): Promise<number> {
  const container = await engine.docker.createContainer({ Image: engine.imageId, Cmd: ['sleep', '100000'] });
  await container.start();
  const seconds = await secondsOf(async () => {
    await container.kill();
    await container.wait();
    await container.start();
  });
  await container.remove({ force: true });
  return seconds;
}
