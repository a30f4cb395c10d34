// Makes further hosts on this machine and lets them join: cables, an engine each, the demo's images, an agent each. What
// is there and whole is left as it is.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../connect.ts';
import type { Home } from '../../home.ts';
import { makeDemoImages } from '../demo-image.ts';
import { engineAnswers, startDockerd } from '../docker-engine.ts';
import type { Say } from '../install.ts';
import {
  AGENT_PROCESS,
  apiAddress,
  startAgent,
  waitForProcess,
  type ClusterOptions,
} from '../local-cluster.ts';
import { runningProcess } from '../process-table.ts';
import { nodeIsReady } from '../readiness.ts';
import { hostAddress, layHost, rootAddressOf } from './host-links.ts';
import { cablingOf, layOwnLinks, madeHost, madeHosts, namespaceFile, type MadeHost } from './made-host.ts';
import { programsOf } from './processes-of.ts';
import { endHost } from './remove-hosts.ts';

const LINK = 0;

/** Lays the cables of so many nodes. @returns the address of this machine that all hosts reach. */
export async function layCables(home: Home, nodes: number): Promise<string> {
  const cabling = await layOwnLinks(home);
  for (let number = 2; number <= nodes; number += 1) {
    const host = madeHost(home, number);
    mkdirSync(host.home.root, { recursive: true, mode: 0o711 });
    await layHost(cabling, number, LINK);
  }
  return rootAddressOf(cabling);
}

/** Starts the engines that do not run, all at once, and gives each the demo's images. */
export async function startEngines(home: Home, say: Say): Promise<void> {
  await Promise.all(
    madeHosts(home).map(async (host) => {
      if (await startEngine(host)) say(`Started the Docker engine of ${host.name}`);
      await makeDemoImages(host.socketPath);
    }),
  );
}

async function startEngine(host: MadeHost): Promise<boolean> {
  const { home, socketPath, through } = host;
  if (!isOnItsHost(host)) await endHost(host);
  if (runningProcess(home, 'dockerd') !== undefined) {
    await engineAnswers(home, socketPath);
    return false;
  }
  mkdirSync(home.dockerRoot, { recursive: true, mode: 0o711 });
  // Not this machine's own, which may name sockets and networks.
  const configFile = join(home.dockerRoot, 'daemon.json');
  writeFileSync(configFile, '{}');
  const own = ['--config-file', configFile, '--bip', '172.31.255.1/24', '--shutdown-timeout', '1'];
  await startDockerd(home, socketPath, { through, args: own });
  return true;
}

/** Whether what runs is in the namespace of that name: it outlives one that somebody took away. */
function isOnItsHost({ home, name, namespace }: MadeHost): boolean {
  const agent = runningProcess(home, `${AGENT_PROCESS}${name}`)?.pid;
  const pids = [...programsOf(`${home.root}/`), ...(agent === undefined ? [] : [agent])];
  const wanted = networkAt(namespaceFile(namespace));
  // One that has just ended is nowhere.
  return pids.every((pid) => [wanted, undefined].includes(networkAt(`/proc/${pid}/ns/net`)));
}

function networkAt(file: string): number | undefined {
  try {
    return statSync(file).ino;
  } catch {
    return undefined;
  }
}

/** Starts the agents that do not run and waits until all their nodes are ready. */
export async function joinHosts(
  home: Home,
  options: ClusterOptions,
  connection: Connection,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  const { warmSandboxes } = options;
  const cabling = cablingOf(home);
  await Promise.all(
    madeHosts(home).map(async ({ number, name, through, socketPath, home: own }) => {
      const started = startAgent(own, {
        ...{ name, server: apiAddress(options), warmSandboxes, serviceProxy: 'on', through },
        ...{ tokenFile: home.joinToken, caFile: home.certificateAuthority },
        ...{ address: hostAddress(cabling, LINK, number), dockerHost: `unix://${socketPath}` },
      });
      if (started) say(`Started the agent of node ${name}`);
      const ready = () => nodeIsReady(connection, name);
      await waitForProcess(own, `${AGENT_PROCESS}${name}`, ready, signal);
    }),
  );
}
