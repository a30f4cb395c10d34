// A Docker engine for the benchmarks alone: nothing else runs on it, it may enter a swarm, and it lives in a network
// namespace of its own, so that it shares no bridge with the machine's engine.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { DEMO_IMAGES, makeDemoImages } from '@gantry/ctl/up/demo-image';
import { waitFor } from '../cluster/local-world.ts';

/** A running engine that knows the demo image. */
export interface BenchEngine {
  readonly docker: Docker;
  readonly socketPath: string;
  /** The image by its ID: a name could make an engine ask a registry. */
  readonly imageId: string;
  /** Process IDs of the engine: `dockerd` and its `containerd`. */
  pids(): number[];
  stop(): Promise<void>;
}

const STOP_GRACE_MS = 20_000;

/** @throws when `dockerd` is missing or does not answer; its log is part of the message. */
export async function startBenchEngine(): Promise<BenchEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-bench-engine-'));
  const socketPath = join(folder, 'docker.sock');
  const child = startDockerd(folder, socketPath);
  const stop = async (): Promise<void> => {
    await endProcess(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  const docker = new Docker({ socketPath });
  try {
    await waitFor('the Docker engine', async () => (await docker.ping()) !== undefined);
    await makeDemoImages(socketPath);
    const { Id: imageId } = await docker.getImage(DEMO_IMAGES[0]).inspect();
    return { docker, socketPath, imageId, pids: () => enginePids(folder, child), stop };
  } catch (error) {
    const words = readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n').slice(-5).join('\n');
    await stop();
    throw new Error(`the engine for the benchmarks did not start\n${words}`, { cause: error });
  }
}

function startDockerd(folder: string, socketPath: string): ChildProcess {
  mkdirSync(folder, { recursive: true });
  const settings = join(folder, 'daemon.json');
  writeFileSync(settings, '{}');
  const log = openSync(join(folder, 'log'), 'a');
  const args = [
    ...['--config-file', settings, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
    ...['--pidfile', join(folder, 'pid'), '--host', `unix://${socketPath}`],
  ];
  // `"$@"` keeps every argument whole: nothing of them is read by the shell.
  const script = 'ip link set lo up && exec dockerd "$@"';
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  return spawn('unshare', ['--net', 'sh', '-c', script, 'dockerd', ...args], {
    stdio: ['ignore', log, log],
    env,
  });
}

function enginePids(folder: string, child: ChildProcess): number[] {
  const files = [join(folder, 'exec', 'containerd', 'containerd.pid')];
  return [child.pid ?? 0, ...files.map((file) => Number(readFileSync(file, 'utf8')))];
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
  await gone;
  clearTimeout(late);
}
