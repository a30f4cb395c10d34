// The Docker engine of this machine as `up` and `down` need it: does it answer, start it by hand, and remove
// what carries our labels.
import { mkdirSync } from 'node:fs';
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

/**
 * Starts `dockerd` in the background with its state below the state folder.
 *
 * @throws OperationalError `docker-not-started` with the last lines of its log.
 */
export async function startDockerd(home: Home, socketPath: string): Promise<void> {
  mkdirSync(home.dockerRoot, { recursive: true, mode: 0o711 });
  startProcess(
    home,
    'dockerd',
    [
      'dockerd',
      '--data-root',
      join(home.dockerRoot, 'data'),
      '--exec-root',
      join(home.dockerRoot, 'exec'),
      '--pidfile',
      join(home.dockerRoot, 'dockerd.pid'),
      '--host',
      `unix://${socketPath}`,
      '--live-restore',
    ],
    { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  );
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
