// Ends further hosts of a local cluster and takes all of them away: agents, containers, engines, namespaces with their
// cables and rules, folders. Safe to repeat, also after any of it was killed or removed by hand.
import { existsSync, rmSync } from 'node:fs';
import { agentScopes } from '../../agents/joined-agent.ts';
import type { Home } from '../../home.ts';
import { dockerSilence, removeNodeContainers } from '../docker-engine.ts';
import type { Say } from '../install.ts';
import { AGENT_PROCESS } from '../local-cluster.ts';
import { unmountBelow } from '../mounts.ts';
import { stopProcess } from '../process-table.ts';
import { removeLinks } from './host-links.ts';
import { cablingId, hasHosts, madeHosts, type MadeHost } from './made-host.ts';
import { processesOf } from './processes-of.ts';
import { until } from '../until.ts';

const STOP_GRACE_MS = 15_000;
const GONE_WITHIN_MS = 10_000;

/** Ends the agents of all further hosts; their containers run on. */
export async function stopHostAgents(home: Home, say: Say): Promise<void> {
  await Promise.all(
    madeHosts(home).map(async ({ home: own, name }) => {
      if (await stopProcess(own, `${AGENT_PROCESS}${name}`, STOP_GRACE_MS))
        say(`Stopped ${AGENT_PROCESS}${name}`);
    }),
  );
}

/** Takes all further hosts away. */
export async function removeHosts(home: Home, say: Say): Promise<void> {
  if (!hasHosts(home)) return;
  const hosts = madeHosts(home);
  await stopHostAgents(home, say);
  const counts = await Promise.all(hosts.map(removeHostContainers));
  const count = counts.reduce((sum, one) => sum + one, 0);
  if (count > 0) say(`Removed ${count} containers of further hosts`);
  await Promise.all(hosts.map(({ home: own }) => stopProcess(own, 'dockerd', STOP_GRACE_MS)));
  await killBelow(`${home.hosts}/`);
  await removeLinks(cablingId(home));
  await unmountBelow(home.hosts);
  rmSync(home.hosts, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  if (hosts.length > 0) say(`Removed ${hosts.map(({ name }) => name).join(', ')}`);
}

/** Ends all that runs on one; its data stay. */
export async function endHost({ home, name }: MadeHost): Promise<void> {
  await stopProcess(home, `${AGENT_PROCESS}${name}`, STOP_GRACE_MS);
  await stopProcess(home, 'dockerd', STOP_GRACE_MS);
  await killBelow(`${home.root}/`);
}

/** In good order where there is somebody to ask; what a killed engine has left is ended with its processes. */
async function removeHostContainers({ home, socketPath }: MadeHost): Promise<number> {
  if (!existsSync(socketPath) || (await dockerSilence(socketPath)) !== undefined) return 0;
  return removeNodeContainers(socketPath, agentScopes(home));
}

async function killBelow(folder: string): Promise<void> {
  const gone = (): Promise<boolean> => {
    const pids = processesOf(folder);
    for (const pid of pids) kill(pid);
    return Promise.resolve(pids.length === 0);
  };
  await until(gone, { timeoutMs: GONE_WITHIN_MS, signal: new AbortController().signal });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
