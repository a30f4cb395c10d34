// Ready sandboxes, on a real engine. Skipped where hostnames cannot be set from outside (not root).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import anyTest, { type ExecutionContext } from 'ava';
import { systemClock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { systemIds } from '@gantry/kit/random';
import Docker from 'dockerode';
import { eventually } from '../contract/contract-bench.ts';
import type { Runtime } from '../runtime.ts';
import { importTestImage, type TestImage } from '../test-image.ts';
import { containerSpec, newPod, sandboxSpec } from '../test-specs.ts';
import { removeNodeContainers } from './cleanup.ts';
import { createHostnameSetter, type HostnameSetter } from './hostname-setter.ts';
import { openWatchedRuntime } from './test-runtime.ts';

const test = process.getuid?.() === 0 ? anyTest.serial : anyTest.skip;
const docker = new Docker();
let image: TestImage;

anyTest.before(async () => {
  image = await importTestImage(docker);
});

anyTest.after.always(() => image.remove());

interface Node {
  nodeName: string;
  open(warmPoolSize: number, hostnames?: HostnameSetter): { runtime: Runtime; close: () => Promise<void> };
  /** IDs of all sandboxes of the node, also of those that wait. */
  sandboxIds(): Promise<string[]>;
}

async function openNode(t: ExecutionContext): Promise<Node> {
  const nodeName = `pool-${systemIds.suffix(8)}`;
  const stateFolder = await mkdtemp(join(tmpdir(), 'gantry-pool-'));
  const closers: (() => Promise<void>)[] = [];
  t.teardown(async () => {
    await Promise.all(closers.map((close) => close()));
    await removeNodeContainers({ nodeName, dockerHost: process.env.DOCKER_HOST });
    await rm(stateFolder, { recursive: true });
  });
  return {
    nodeName,
    open(warmPoolSize, hostnames) {
      const dockerHost = process.env.DOCKER_HOST;
      const frame = { nodeName, stateFolder, dockerHost, clock: systemClock, logger: silentLogger };
      const opened = openWatchedRuntime({ ...frame, warmPoolSize, ...(hostnames && { hostnames }) });
      closers.push(opened.close);
      return opened;
    },
    async sandboxIds() {
      const filters = {
        label: [`gantry.dev/node=${nodeName}`, 'gantry.dev/kind=sandbox'],
        status: ['running'],
      };
      return (await docker.listContainers({ filters })).map(({ Id: id }) => id);
    },
  };
}

async function outputOf(runtime: Runtime, id: string): Promise<string> {
  await eventually('the end', async () => {
    return (await runtime.listContainers()).some((state) => state.id === id && state.status === 'exited');
  });
  const out = new PassThrough();
  const options = { follow: false, timestamps: false, signal: AbortSignal.timeout(30_000) };
  const [output] = await Promise.all([text(out), runtime.logs(id, out, out, options)]);
  return output;
}

test("a ready sandbox becomes the pod's, and a restarted agent knows", async (t) => {
  const node = await openNode(t);
  const first = node.open(2);
  await eventually('two ready sandboxes', async () => (await node.sandboxIds()).length === 2);
  const ready = await node.sandboxIds();
  t.deepEqual(await first.runtime.listSandboxes(), []);

  const spec = sandboxSpec(newPod());
  const sandbox = await first.runtime.createSandbox(spec);
  t.true(ready.includes(sandbox.id));
  t.deepEqual(sandbox.pod, spec.pod);
  t.true(sandbox.running);
  t.deepEqual(await first.runtime.createSandbox(spec), sandbox);
  t.deepEqual(await first.runtime.listSandboxes(), [sandbox]);
  t.deepEqual(await first.runtime.listSandboxes(spec.pod.uid), [sandbox]);

  // Files and environment are right from the first instruction; the kernel's name is by the time the start has returned.
  const script =
    'echo $HOSTNAME; cat /etc/hostname; cat /etc/hosts; while [ ! -e /go ]; do sleep 0.02; done; hostname';
  const container = await first.runtime.startContainer(
    containerSpec(sandbox, image.id, ['sh', '-c', script]),
  );
  const signal = AbortSignal.timeout(30_000);
  await first.runtime.exec(container.id, { command: ['touch', '/go'], tty: false, signal });
  const output = await outputOf(first.runtime, container.id);
  const { name } = spec.pod;
  t.is(output.split(name).length - 1, 4, output);
  t.false(output.includes('pooled'));
  t.true(output.includes(`${sandbox.ip}\t${name}`));

  await first.close();
  const second = node.open(2);
  t.deepEqual(await second.runtime.listSandboxes(), [sandbox]);
  t.deepEqual(await second.runtime.createSandbox(spec), sandbox);
  const other = await second.runtime.createSandbox(sandboxSpec(newPod()));
  t.not(other.id, sandbox.id);
  await second.runtime.removeContainer(container.id);
  await second.runtime.removeSandbox(sandbox.id);
  t.deepEqual(await second.runtime.listSandboxes(), [other]);
});

test('pods that need something of their own get a sandbox of their own', async (t) => {
  const node = await openNode(t);
  const { runtime } = node.open(1);
  await eventually('a ready sandbox', async () => (await node.sandboxIds()).length === 1);
  const [ready = ''] = await node.sandboxIds();
  const aliases = await runtime.createSandbox({
    ...sandboxSpec(newPod()),
    hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }],
  });
  t.not(aliases.id, ready);
  t.is((await runtime.createSandbox(sandboxSpec(newPod()))).id, ready);
});

test('a ready sandbox that dies is replaced, never handed out', async (t) => {
  const node = await openNode(t);
  const { runtime } = node.open(1);
  await eventually('a ready sandbox', async () => (await node.sandboxIds()).length === 1);
  const [ready = ''] = await node.sandboxIds();
  await docker.getContainer(ready).kill();
  const sandbox = await runtime.createSandbox(sandboxSpec(newPod()));
  t.not(sandbox.id, ready);
  t.true(sandbox.running);
  await eventually('another one', async () => (await node.sandboxIds()).length === 2);
});

test('a sandbox that dies while it is made ready does not end the pool', async (t) => {
  const node = await openNode(t);
  const hostnames = createHostnameSetter({ clock: systemClock, logger: silentLogger });
  const dead: string[] = [];
  const { runtime } = node.open(1, {
    ...hostnames,
    async prove(sandbox) {
      if (dead.length === 0) {
        dead.push(sandbox.id);
        await docker.getContainer(sandbox.id).kill();
      }
      await hostnames.prove(sandbox);
    },
  });
  await eventually('a ready sandbox', async () => {
    const ids = await node.sandboxIds();
    return dead.length === 1 && ids.length === 1 && !ids.includes(dead[0] ?? '');
  });
  t.true((await runtime.createSandbox(sandboxSpec(newPod()))).running);
});

test('a smaller pool drops what is too much, none drops all; those of pods stay', async (t) => {
  const node = await openNode(t);
  const first = node.open(2);
  await eventually('two ready sandboxes', async () => (await node.sandboxIds()).length === 2);
  const sandbox = await first.runtime.createSandbox(sandboxSpec(newPod()));
  await first.close();
  const second = node.open(0);
  await eventually('no ready sandbox', async () => (await node.sandboxIds()).length === 1);
  t.deepEqual(await node.sandboxIds(), [sandbox.id]);
  t.deepEqual(await second.runtime.listSandboxes(), [sandbox]);
});
