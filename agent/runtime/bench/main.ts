// By hand: how long it takes until 20 one-container pods run, cold and from the warm pool, beside `docker run -d`.
//   node --import=tsx --conditions=gantry-source agent/runtime/bench/main.ts <image ID> [pods]
import { execFile, execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock, sleep } from '@gantry/kit/clock';
import { createLogger } from '@gantry/kit/logger';
import { openWatchedRuntime } from '../docker/test-runtime.ts';
import type { Runtime } from '../runtime.ts';
import { containerSpec, newPod, sandboxSpec } from '../test-specs.ts';

const run = promisify(execFile);
const NODE = `bench-${process.pid}`;
const [, , image = '', podsText = '20'] = process.argv;
const PODS = Number(podsText);
// A name would make the engine ask a registry.
if (!image.startsWith('sha256:')) throw new Error('give an image ID: sha256:…');

async function startPods(runtime: Runtime): Promise<number> {
  const { id } = await runtime.ensureImage(image, 'Never');
  const began = performance.now();
  const pods = Array.from({ length: PODS }, async (_, index) => {
    const sandbox = await runtime.createSandbox(sandboxSpec(newPod(`bench-${index}`)));
    await runtime.startContainer(containerSpec(sandbox, id, ['sh', '-c', 'hostname; exec sleep 100000']));
  });
  await Promise.all(pods);
  return performance.now() - began;
}

async function benchRuntime(warmPoolSize: number, startConcurrency: number): Promise<void> {
  const options = {
    nodeName: NODE,
    stateFolder: join(tmpdir(), NODE),
    dockerHost: process.env.DOCKER_HOST,
    clock: systemClock,
    logger: createLogger({ level: 'warn' }),
  };
  const { runtime, close } = openWatchedRuntime({ ...options, warmPoolSize, startConcurrency });
  if (warmPoolSize > 0) await untilPooled(warmPoolSize);
  const cpuBefore = process.cpuUsage();
  const tookMs = await startPods(runtime);
  const { user, system } = process.cpuUsage(cpuBefore);
  console.log(
    `pool ${warmPoolSize}, concurrency ${startConcurrency}: ${tookMs.toFixed(0)} ms, own CPU ${((user + system) / 1000).toFixed(0)} ms, wrong hostnames ${await wrongHostnames(runtime)}`,
  );
  await close();
  await removeAll();
}

async function wrongHostnames(runtime: Runtime): Promise<number> {
  const containers = await runtime.listContainers();
  const names = await Promise.all(
    containers.map(async ({ id, pod }) => (await run('docker', ['logs', id])).stdout.trim() === pod.name),
  );
  return names.filter((right) => !right).length;
}

async function untilPooled(size: number): Promise<void> {
  for (;;) {
    const names = execFileSync('docker', ['ps', '-q', '--filter', `label=gantry.dev/node=${NODE}`], {
      encoding: 'utf8',
    });
    if (names.trim().split('\n').filter(Boolean).length >= size) return;
    await sleep(systemClock, 200);
  }
}

async function benchDockerRun(concurrency: number): Promise<void> {
  const began = performance.now();
  let left = PODS;
  const worker = async (): Promise<void> => {
    for (left -= 1; left >= 0; left -= 1) {
      await run('docker', ['run', '-d', '--label', `gantry.dev/node=${NODE}`, image, 'sleep', '100000']);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  console.log(`docker run -d, concurrency ${concurrency}: ${(performance.now() - began).toFixed(0)} ms`);
  await removeAll();
}

async function removeAll(): Promise<void> {
  const { stdout } = await run('docker', ['ps', '-aq', '--filter', `label=gantry.dev/node=${NODE}`]);
  const ids = stdout.trim().split('\n').filter(Boolean);
  for (const id of ids) await run('docker', ['rm', '-f', id]);
  await sleep(systemClock, 1000);
}

const concurrencies = (process.env.CONCURRENCY ?? '2,3,4').split(',').map(Number);
const pools = (process.env.POOLS ?? `0,8,${PODS}`).split(',').map(Number);
for (const concurrency of concurrencies) await benchDockerRun(concurrency);
for (const pool of pools) for (const concurrency of concurrencies) await benchRuntime(pool, concurrency);
process.exit(0);
