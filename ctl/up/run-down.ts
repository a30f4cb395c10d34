// Ends what `gantry up` and `gantry agent join` started and removes what it made, also when `up` was cut off half-way.
// Safe to repeat. The state of an agent goes last: it alone tells which containers are this folder's.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { firstFew } from '@gantry/kit/first-few';
import { agentNames, agentScopes } from '../agents/joined-agent.ts';
import { CliError, EXIT, type CommandContext } from '../command.ts';
import type { Home } from '../home.ts';
import { ProgressLine } from '../print/progress-line.ts';
import { removeDemoImages } from './demo-image.ts';
import { dockerSilence, dockerSocketFrom, isUsedByAgents, removeNodeContainers } from './docker-engine.ts';
import { removeHosts, stopHostAgents } from './hosts/remove-hosts.ts';
import { AGENT_PROCESS } from './local-cluster.ts';
import { unmountBelow } from './mounts.ts';
import { removeNetworks } from './remove-network.ts';
import { removePodNetwork } from './remove-pod-network.ts';
import { recordedNames, stopProcess, UP_PROCESS } from './process-table.ts';
import { isStateFolder, SHOWN_MAX, stateEntries } from './state-folder.ts';

const STOP_GRACE_MS = 15_000;
/** It has nothing to put in order that `down` does not. */
const UP_GRACE_MS = 1000;
/** What `--keep-data` keeps: etcd's data and what belongs to it, the keys, and the etcd binary. */
const KEPT_FOLDERS = new Set(['etcd', 'pki', 'bin', 'kubeconfig', 'cluster-range']);

/** Carries out `gantry down`. @throws CliError when containers would be left that nobody knows of any more. */
export async function runDown(context: CommandContext, keepData: boolean): Promise<void> {
  const { home, io } = context;
  const say = (sentence: string): void => io.out(`${sentence}\n`);
  if (!isStateFolder(home)) {
    await removeHosts(home, say);
    io.out('Nothing to stop: there is no local cluster here.\n');
    return;
  }
  // An `up` that is still at work would start again what is being stopped.
  if (await stopProcess(home, UP_PROCESS, UP_GRACE_MS)) io.out('Ended `gantry up`, which was at work\n');
  await stopHostAgents(home, say);
  const agents = recordedNames(home).filter((name) => name.startsWith(AGENT_PROCESS));
  for (const name of [...agents, 'control-plane', 'etcd']) {
    if (await stopProcess(home, name, STOP_GRACE_MS)) io.out(`Stopped ${name}\n`);
  }
  await removeHosts(home, say);
  await removeContainers(context, home);
  await removeNetworks(context, home, agentNames(home));
  if (await stopProcess(home, 'dockerd', STOP_GRACE_MS)) io.out('Stopped dockerd\n');
  await removeState(home, keepData);
  io.out(`${outcome(home, keepData)}\n`);
}

function outcome(home: Home, keepData: boolean): string {
  if (keepData) return `Kept etcd and the keys in ${home.root}.`;
  const { foreign } = stateEntries(home);
  const removed = `Removed ${foreign.length === 0 ? home.root : `the cluster from ${home.root}`}.`;
  const left =
    foreign.length === 0 ? '' : ` ${firstFew(foreign, SHOWN_MAX)} stays there: Gantry did not make it.`;
  return `${removed}${left} Packages installed by apt stay.`;
}

async function removeContainers(context: CommandContext, home: Home): Promise<void> {
  const socket = dockerSocketFrom(context.env);
  const scopes = agentScopes(home);
  const silence = await dockerSilence(socket);
  if (silence !== undefined) {
    refuseToForget(home, scopes, `${socket}: ${silence}`);
    return;
  }
  const line = new ProgressLine(context.io);
  const count = await removeNodeContainers(socket, scopes, (gone, all) => {
    if (context.io.terminal) line.show(`Removing containers: ${gone} of ${all}`);
  });
  if (count > 0) line.end(`Removed ${count} containers`);
  await removePodNetwork(socket, scopes);
  // Another cluster on this engine may run the demo too.
  if (!(await isUsedByAgents(socket))) await removeDemoImages(socket);
}

/** The containers of an engine whose data lies in the state folder go with it. */
function refuseToForget(home: Home, scopes: readonly string[], why: string): void {
  if (scopes.length === 0 || existsSync(home.dockerRoot)) return;
  throw new CliError(`No Docker engine answers, so the containers cannot be removed (${why}).`, {
    exitCode: EXIT.unreachable,
    nextStep: `Everything else is stopped; ${home.root} is kept, since it tells which containers they are. Start the engine and repeat \`gantry down\`.`,
  });
}

async function removeState(home: Home, keepData: boolean): Promise<void> {
  for (const entry of stateEntries(home).own) {
    if (keepData && KEPT_FOLDERS.has(entry)) continue;
    const path = join(home.root, entry);
    // Not of the whole folder: a volume of the user's below what is kept is not ours to take away.
    await unmountBelow(path);
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  if (!keepData && stateEntries(home).foreign.length === 0)
    rmSync(home.root, { recursive: true, force: true });
}
