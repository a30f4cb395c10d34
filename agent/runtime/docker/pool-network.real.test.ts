// Ready sandboxes and the network that they are in, on a real engine. Skipped where hostnames cannot be set from outside.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest from 'ava';
import Docker from 'dockerode';
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { OperationalError } from '@gantry/kit/operational-error';
import { systemIds } from '@gantry/kit/random';
import { eventually } from '../contract/contract-bench.ts';
import { newPod, sandboxSpec } from '../test-specs.ts';
import { removeNodeContainers } from './cleanup.ts';
import { openWatchedRuntime } from './test-runtime.ts';

const test = process.getuid?.() === 0 ? anyTest.serial : anyTest.skip;
const docker = new Docker();

test('a ready sandbox of another network is not handed out; all leave a network that is lost', async (t) => {
  const nodeName = `pool-${systemIds.suffix(8)}`;
  const stateFolder = await mkdtemp(join(tmpdir(), 'gantry-pool-'));
  const dockerHost = process.env.DOCKER_HOST;
  const own = await docker.createNetwork({ Name: nodeName, Driver: 'bridge' });
  let current: string | undefined = 'bridge';
  let lose = (): void => undefined;
  const network = {
    name: () =>
      current === undefined
        ? Promise.reject(new OperationalError('network-not-ready', 'it is away'))
        : Promise.resolve(current),
    onLost: (listener: () => void) => void (lose = listener),
  };
  const options = {
    nodeName,
    stateFolder,
    dockerHost,
    clock: systemClock,
    logger: silentLogger,
    warmPoolSize: 2,
  };
  const { runtime, close } = openWatchedRuntime({ ...options, network });
  t.teardown(async () => {
    await close();
    await removeNodeContainers({ nodeName, dockerHost });
    await own.remove();
    await rm(stateFolder, { recursive: true });
  });
  /** By pods: those stay. */
  const taken = new Set<string>();
  const ready = async (): Promise<string[]> => {
    const filters = { label: [`gantry.dev/node=${nodeName}`, 'gantry.dev/pooled=true'], status: ['running'] };
    const all = await docker.listContainers({ filters });
    return all.map(({ Id: id }) => id).filter((id) => !taken.has(id));
  };
  await eventually('two ready sandboxes', async () => (await ready()).length === 2);
  const before = await ready();

  current = nodeName;
  for (let pods = 0; pods < 3; pods += 1) {
    const sandbox = await runtime.createSandbox(sandboxSpec(newPod()));
    taken.add(sandbox.id);
    t.false(before.includes(sandbox.id));
    const { NetworkSettings: settings } = await docker.getContainer(sandbox.id).inspect();
    t.deepEqual(Object.keys(settings.Networks), [nodeName]);
    t.is(settings.Networks[nodeName]?.IPAddress, sandbox.ip);
  }

  await eventually('others, in the new network', async () => {
    const now = await ready();
    return now.length === 2 && !now.some((id) => before.includes(id));
  });
  current = undefined;
  lose();
  await eventually('none, since the network is lost', async () => (await ready()).length === 0);
  await t.throwsAsync(runtime.createSandbox(sandboxSpec(newPod())), { code: 'network-not-ready' });
  t.true((await runtime.createSandbox({ ...sandboxSpec(newPod()), hostNetwork: true })).running);
});
