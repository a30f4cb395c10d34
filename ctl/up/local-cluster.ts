// The background processes of a local cluster, in the order in which they start: etcd, control plane, agents.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findEtcd, etcdCommand } from '@gantry/kit/etcd-process';
import { OperationalError, messageOf } from '@gantry/kit/operational-error';
import { repositoryRoot, type Home } from '../home.ts';
import type { OnOrOff } from '../on-or-off.ts';
import { clusterRangeOf } from './free-cluster-range.ts';
import { logFile, logTail, runningProcess, startProcess } from './process-table.ts';
import { until } from './until.ts';

/** What the user chose, with defaults filled in. */
export interface ClusterOptions {
  /** The machine itself, and further hosts on it. */
  nodes: number;
  /** Where the control plane listens: loopback, or where further hosts reach it. */
  apiHost: string;
  apiPort: number;
  etcdPort: number;
  /** URLs of a foreign etcd; a managed one is started when absent. */
  etcd?: string;
  nodeName: string;
  warmSandboxes: number;
  serviceProxy: OnOrOff;
}

/**
 * Both programs mostly wait, and work in short bursts. A small young generation keeps their memory low; code is
 * optimised only once it has proved hot: in a burst of 20 pods the compiler took a third of the control plane's time.
 * A heap that grows by quarters, and not by as much again, keeps the agent of 500 Services at 116 MB instead of 160.
 */
export const NODE_FLAGS = {
  'control-plane': ['--max-semi-space-size=8', '--heap-growing-percent=25', '--interrupt-budget=1000000'],
  agent: ['--max-semi-space-size=4', '--heap-growing-percent=25', '--interrupt-budget=1000000'],
} as const;
/**
 * How glibc hands out memory; nothing heeds it where there is another C library. Node keeps 64 KiB to read into for each TLS
 * connection, and fills a few of them. Taken from the heap, all of it is resident, since others have used it before; in a
 * mapping of its own, only the pages that are written to. Room at the heap's end is taken first, so little is kept there.
 * The price: an answer of 2 MB takes a quarter more processor time. 16 KiB as the limit took more time and saved nothing.
 */
export const MEMORY_ENVIRONMENT = {
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TOP_PAD_: '16384',
  MALLOC_TRIM_THRESHOLD_: '65536',
} as const;
export const AGENT_PROCESS = 'agent-';
export const READY_WAIT_MS = 60_000;

/** The control plane's address on this machine. */
export function apiAddress(options: { apiHost: string; apiPort: number }): string {
  return `https://${options.apiHost}:${options.apiPort}`;
}

/** Starts the managed etcd unless it runs or a foreign one is named. @returns whether it was started. */
export async function startEtcd(home: Home, options: ClusterOptions): Promise<boolean> {
  // Before etcd makes its folder, which tells of a cluster that has a range.
  clusterRangeOf(home);
  if (options.etcd !== undefined || runningProcess(home, 'etcd') !== undefined) return false;
  const program = await findEtcd({ env: process.env, stateFolder: home.root });
  mkdirSync(home.etcdData, { recursive: true, mode: 0o700 });
  const command = etcdCommand({
    program,
    dataFolder: home.etcdData,
    clientPort: options.etcdPort,
    peerPort: options.etcdPort + 1,
  });
  startProcess(home, 'etcd', command, process.env);
  return true;
}

/** Starts the control plane unless it runs. @returns whether it was started. */
export function startControlPlane(home: Home, options: ClusterOptions): boolean {
  if (runningProcess(home, 'control-plane') !== undefined) return false;
  startProcess(
    home,
    'control-plane',
    [
      process.execPath,
      ...NODE_FLAGS['control-plane'],
      programFile('control-plane'),
      ...['--state-folder', home.root],
      ...['--listen', `${options.apiHost}:${options.apiPort}`],
      // Control planes of a foreign etcd have to agree with each other: they have the default, or what they are told.
      ...(options.etcd === undefined ? ['--cluster-cidr', clusterRangeOf(home)] : []),
      ...['--etcd', options.etcd ?? `http://127.0.0.1:${options.etcdPort}`],
    ],
    { ...MEMORY_ENVIRONMENT, ...process.env },
  );
  return true;
}

/** How an agent is started. */
export interface AgentOptions {
  name: string;
  server: string;
  tokenFile: string;
  caFile?: string;
  warmSandboxes?: number;
  serviceProxy?: OnOrOff | undefined;
  /** Where other hosts reach this one; found out when absent. */
  address?: string | undefined;
  /** The engine, when it is not the machine's own. */
  dockerHost?: string;
  /** What it is started through, to be on another host than this one. */
  through?: readonly string[];
  /** The agent's own default when absent. */
  podNetwork?: OnOrOff | undefined;
  /** So many nodes in memory instead of a Docker engine. */
  hollowNodes?: number | undefined;
}

/** Starts an agent unless one of that name runs. It joins with the token of the cluster at its first start. */
export function startAgent(home: Home, agent: AgentOptions): boolean {
  const processName = `${AGENT_PROCESS}${agent.name}`;
  if (runningProcess(home, processName) !== undefined) return false;
  const folder = home.agent(agent.name);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  startProcess(
    home,
    processName,
    [
      ...(agent.through ?? []),
      process.execPath,
      ...NODE_FLAGS.agent,
      programFile('agent'),
      ...['--name', agent.name, '--server', agent.server, '--state-folder', folder],
      ...['--token-file', agent.tokenFile],
      // Without a file, the CA whose fingerprint the token carries is trusted.
      ...(agent.caFile === undefined ? [] : ['--ca', agent.caFile]),
      ...(agent.warmSandboxes === undefined ? [] : ['--warm-sandboxes', String(agent.warmSandboxes)]),
      ...(agent.serviceProxy === undefined ? [] : ['--service-proxy', agent.serviceProxy]),
      ...(agent.address === undefined ? [] : ['--address', agent.address]),
      ...(agent.podNetwork === undefined ? [] : ['--pod-network', agent.podNetwork]),
      ...(agent.hollowNodes === undefined
        ? []
        : ['--runtime', 'hollow', '--nodes', String(agent.hollowNodes)]),
    ],
    agent.dockerHost === undefined ? process.env : { ...process.env, DOCKER_HOST: agent.dockerHost },
  );
  return true;
}

/**
 * Waits until `ready` holds while the process lives.
 *
 * @throws OperationalError with the process's last words; the signal's reason.
 */
export async function waitForProcess(
  home: Home,
  processName: string,
  ready: () => Promise<boolean>,
  signal: AbortSignal,
  timeoutMs = READY_WAIT_MS,
): Promise<void> {
  const outcome = await until(ready, {
    signal,
    timeoutMs,
    stillWorthIt: () => runningProcess(home, processName) !== undefined,
  });
  if (outcome.type === 'ready') return;
  const words = logTail(home, processName, 4).join('\n  ');
  const what = outcome.type === 'given-up' ? 'ended' : `was not ready within ${timeoutMs / 1000} s`;
  const why = outcome.lastError === undefined ? '' : ` (${messageOf(outcome.lastError)})`;
  throw new OperationalError(
    'not-ready',
    `${processName} ${what}${why}. Its last words (${logFile(home, processName)}):\n  ${words}`,
  );
}

/** A compiled program of this checkout. @throws OperationalError `not-built`. */
export function programFile(name: 'control-plane' | 'agent'): string {
  const file = join(repositoryRoot(), name, 'dist', 'bundle', 'main.js');
  if (!existsSync(file))
    throw new OperationalError('not-built', `${name} is not compiled. Run \`make build\`.`);
  return file;
}
