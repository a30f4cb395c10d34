// The reference for starting containers: the bare engine over its API, and Docker Swarm on the same engine.
import { execFile } from 'node:child_process';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type Docker from 'dockerode';
import { waitFor } from '../cluster/local-world.ts';
import { secondsOf } from './bench.ts';
import type { BenchEngine } from './bench-engine.ts';

const run = promisify(execFile);
const LABEL = 'gantry-bench';
const COMMAND = ['sleep', '100000'];
const SERVICE = 'gantry-bench';

/** Seconds until `count` containers run, so many at once, over the engine's API: no `docker` program is started. */
export async function startPlainContainers(
  engine: BenchEngine,
  count: number,
  concurrency: number,
): Promise<number> {
  let left = count;
  const startSome = async (): Promise<void> => {
    while (left-- > 0) {
      const container = await engine.docker.createContainer({
        Image: engine.imageId,
        Cmd: COMMAND,
        Labels: { [LABEL]: '' },
      });
      await container.start();
    }
  };
  const seconds = await secondsOf(() => Promise.all(Array.from({ length: concurrency }, startSome)));
  await removeLabelled(engine.docker, LABEL);
  return seconds;
}

/** Puts the engine into a swarm of its own. @returns how to leave it. */
export async function joinSwarm(engine: BenchEngine): Promise<() => Promise<void>> {
  await docker(engine, 'swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', '127.0.0.1');
  return async () => {
    await docker(engine, 'swarm', 'leave', '--force');
  };
}

/** Seconds from `docker service create` until the engine has started the last of `count` containers. */
export async function startSwarmService(engine: BenchEngine, count: number): Promise<number> {
  const started = await countStarts(engine.docker, count);
  const seconds = await secondsOf(async () => {
    await docker(
      engine,
      ...['service', 'create', '--detach', '--name', SERVICE, '--replicas', String(count)],
      ...['--no-resolve-image', '--restart-condition', 'none', '--stop-grace-period', '1s'],
      ...[engine.imageId, ...COMMAND],
    );
    await started.all;
  });
  await docker(engine, 'service', 'rm', SERVICE);
  await waitFor('the end of the service', async () => {
    const label = [`com.docker.swarm.service.name=${SERVICE}`];
    return (await engine.docker.listContainers({ all: true, filters: { label } })).length === 0;
  });
  return seconds;
}

/** Subscribes to the engine's events. @returns `all`, which resolves at the last of `count` starts. */
async function countStarts(engine: Docker, count: number): Promise<{ all: Promise<void> }> {
  const events = (await engine.getEvents({ filters: { type: ['container'], event: ['start'] } })) as Readable;
  const all = new Promise<void>((resolve, reject) => {
    let seen = 0;
    events.on('data', (chunk: Buffer) => {
      seen += chunk.toString('utf8').trim().split('\n').length;
      if (seen >= count) resolve();
    });
    events.once('error', reject);
  });
  return { all: all.finally(() => events.destroy()) };
}

async function docker(engine: BenchEngine, ...args: string[]): Promise<void> {
  await run('docker', ['--host', `unix://${engine.socketPath}`, ...args], { timeout: 60_000 });
}

/** One after the other: engines before 20.10.25 may lock up over removals at once. */
async function removeLabelled(engine: Docker, label: string): Promise<void> {
  const containers = await engine.listContainers({ all: true, filters: { label: [label] } });
  for (const { Id: id } of containers) await engine.getContainer(id).remove({ force: true });
}
