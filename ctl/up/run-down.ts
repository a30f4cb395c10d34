// Ends what `gantry up` started and removes what it made. Safe to repeat.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeScope } from '@gantry/kit/node-scope';
import type { CommandContext } from '../command.ts';
import type { Home } from '../home.ts';
import { removeDemoImages } from './demo-image.ts';
import { dockerSilence, dockerSocketFrom, isUsedByAgents, removeNodeContainers } from './docker-engine.ts';
import { AGENT_PROCESS } from './local-cluster.ts';
import { recordedNames, stopProcess } from './process-table.ts';

const STOP_GRACE_MS = 15_000;
/** What `--keep-data` keeps: etcd's data, the keys, and the etcd binary. */
const KEPT_FOLDERS = new Set(['etcd', 'pki', 'bin', 'kubeconfig']);

/** Carries out `gantry down`. */
export async function runDown(context: CommandContext, keepData: boolean): Promise<void> {
  const { home, io } = context;
  if (!existsSync(home.root)) {
    io.out('Nothing to stop: there is no local cluster here.\n');
    return;
  }
  const names = recordedNames(home);
  const agents = names.filter((name) => name.startsWith(AGENT_PROCESS));
  for (const name of [...agents, 'control-plane', 'etcd']) {
    if (await stopProcess(home, name, STOP_GRACE_MS)) io.out(`Stopped ${name}\n`);
  }
  await removeContainers(context, home);
  if (await stopProcess(home, 'dockerd', STOP_GRACE_MS)) io.out('Stopped dockerd\n');
  removeState(home, keepData);
  io.out(
    keepData
      ? `Kept etcd and the keys in ${home.root}.\n`
      : `Removed ${home.root}. Packages installed by apt stay.\n`,
  );
}

async function removeContainers(context: CommandContext, home: Home): Promise<void> {
  const socket = dockerSocketFrom(context.env);
  if ((await dockerSilence(socket)) !== undefined) return;
  const folder = home.agent('');
  const names = existsSync(folder) && existsSync(home.certificateAuthority) ? readdirSync(folder) : [];
  const scopes = names.map((name) => nodeScope(readFileSync(home.certificateAuthority, 'utf8'), name));
  const count = await removeNodeContainers(socket, scopes);
  if (count > 0) context.io.out(`Removed ${count} containers\n`);
  // Another cluster on this engine may run the demo too.
  if (!(await isUsedByAgents(socket))) await removeDemoImages(socket);
}

function removeState(home: Home, keepData: boolean): void {
  for (const entry of readdirSync(home.root)) {
    if (keepData && KEPT_FOLDERS.has(entry)) continue;
    rmSync(join(home.root, entry), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  if (!keepData) rmSync(home.root, { recursive: true, force: true });
}
