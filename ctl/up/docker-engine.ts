// The Docker engine of this machine as `up` and `down` need it: does it answer, start it by hand, and remove
// what carries our labels.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { OperationalError, messageOf } from '@gantry/kit/operational-error';
import type { Home } from '../home.ts';
import { logTail, runningProcess, startProcess } from './process-table.ts';

/** Label on everything that an agent makes; its value is the node's scope (kit/node-scope.ts). */
export const NODE_LABEL = 'gantry.dev/node';

const PING_TIMEOUT_MS = 2000;
const START_WAIT_MS = 60_000;
const POLL_MS = 200;

/** The socket that is used: `DOCKER_HOST` when it names a Unix socket, else the engine's default. */
export function dockerSocketFrom(env: Readonly<Record<string, string | undefined>>): string {
  const host = env['DOCKER_HOST'];
  return host?.startsWith('unix://') ? host.slice('unix://'.length) : '/var/run/docker.sock';
}

/** Undefined when the engine answers, else why it does not. */
export async function dockerSilence(socketPath: string): Promise<string | undefined> {
  const docker = new Docker({ socketPath, timeout: PING_TIMEOUT_MS });
  return docker.ping().then(
    () => undefined,
    (error: unknown) => messageOf(error),
  );
}

/** How an engine is started. */
export interface EngineOptions {
  /** What it is started through, to be on another host than this one. */
  through?: readonly string[];
  /** More arguments. */
  args?: readonly string[];
}

/**
 * Starts `dockerd` in the background with its state below the state folder; it leaves its containers running when it ends.
 *
 * @throws OperationalError `docker-not-started` with the last lines of its log.
 */
export async function startDockerd(
  home: Home,
  socketPath: string,
  options: EngineOptions = {},
): Promise<void> {
  const { through = [], args = [] } = options;
  const [exec, pidFile] = [join(home.dockerRoot, 'exec'), join(home.dockerRoot, 'dockerd.pid')];
  mkdirSync(home.dockerRoot, { recursive: true, mode: 0o711 });
  // Left by one that was killed, they make the engine wait for a process that is gone.
  for (const stale of [pidFile, join(exec, 'containerd', 'containerd.pid')]) rmSync(stale, { force: true });
  const files = ['--data-root', join(home.dockerRoot, 'data'), '--exec-root', exec, '--pidfile', pidFile];
  const command = [
    ...through,
    'dockerd',
    ...files,
    '--host',
    `unix://${socketPath}`,
    '--live-restore',
    ...args,
  ];
  startProcess(home, 'dockerd', command, {
    ...process.env,
    PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
  });
  await engineAnswers(home, socketPath);
}

/** Waits for an engine of ours that has been started. @throws OperationalError `docker-not-started`. */
export async function engineAnswers(home: Home, socketPath: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < START_WAIT_MS; waitedMs += POLL_MS) {
    if ((await dockerSilence(socketPath)) === undefined) return;
    if (runningProcess(home, 'dockerd') === undefined) break;
    await delay(POLL_MS);
  }
  throw new OperationalError(
    'docker-not-started',
    `dockerd did not start. Its last words: ${logTail(home, 'dockerd', 3).join(' | ')}`,
  );
}

/**
 * Removes all containers of the nodes with these scopes, running or not.
 *
 * @param onRemove told before each: how many are gone, of how many.
 * @returns how many.
 */
export async function removeNodeContainers(
  socketPath: string,
  scopes: readonly string[],
  onRemove: (gone: number, count: number) => void = () => undefined,
): Promise<number> {
  const docker = new Docker({ socketPath });
  const found = await Promise.all(
    scopes.map((scope) =>
      docker.listContainers({ all: true, filters: { label: [`${NODE_LABEL}=${scope}`] } }),
    ),
  );
  const ids = found.flat().map((container) => container.Id);
  // One after the other: engines of 20.10 may lock up for good over removals at once (moby 42545).
  for (const [gone, id] of ids.entries()) {
    onRemove(gone, ids.length);
    try {
      await docker.getContainer(id).remove({ force: true, v: true });
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    }
  }
  return ids.length;
}

/** Whether any agent, of whatever cluster, has containers on the engine. */
export async function isUsedByAgents(socketPath: string): Promise<boolean> {
  const docker = new Docker({ socketPath });
  const containers = await docker.listContainers({ all: true, filters: { label: [NODE_LABEL] } });
  return containers.length > 0;
}
