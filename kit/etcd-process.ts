// One etcd member as a process of ours: its command line, its start, its health, its end. Loopback only.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { sleep, systemClock } from './clock.ts';
import { OperationalError } from './operational-error.ts';

export { findEtcd } from './etcd-program.ts';

/** What a managed etcd is started with. */
export interface EtcdSettings {
  /** The program, from {@link findEtcd}. */
  program: string;
  dataFolder: string;
  clientPort: number;
  peerPort: number;
  /** Size of the database above which etcd refuses writes. */
  quotaBytes?: number;
  /** Keeps no promise across a power cut: for tests. */
  unsafeNoFsync?: boolean;
}

/** etcd keeps at most this many operations a transaction when we start it; a foreign one keeps 128. */
export const MANAGED_TRANSACTION_OPERATIONS_MAX = 1_024;

const QUOTA_BYTES = 2 * 1024 ** 3;
/** Raft entries kept in memory between snapshots: etcd's own 100,000 cost hundreds of megabytes. */
const SNAPSHOT_COUNT = 10_000;
/**
 * Ticks of Raft. A single member hears nobody and waits for nobody; etcd's own 100 ms would only wake it. The election
 * timeout also bounds how short a lease may be (1.5 of it).
 */
const TICK_MS = 250;
const ELECTION_MS = 2_500;
/** Backstop only: the leader compacts sooner (control-plane/store/compaction.ts). */
const AUTO_COMPACTION_RETENTION = '1h';
const HEALTHY_WITHIN_MS = 30_000;
const HEALTH_TRY_MS = 1_000;
const HEALTH_PAUSE_MS = 50;
const STOP_GRACE_MS = 10_000;
const LOG_TAIL_LINES = 3;

/** The command line, program first. Pure. */
export function etcdCommand(settings: EtcdSettings): [string, ...string[]] {
  const clientUrl = endpointOf(settings.clientPort);
  const peerUrl = endpointOf(settings.peerPort);
  return [
    settings.program,
    '--name=gantry',
    `--data-dir=${settings.dataFolder}`,
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=gantry=${peerUrl}`,
    '--auto-compaction-mode=periodic',
    `--auto-compaction-retention=${AUTO_COMPACTION_RETENTION}`,
    `--quota-backend-bytes=${settings.quotaBytes ?? QUOTA_BYTES}`,
    `--max-txn-ops=${MANAGED_TRANSACTION_OPERATIONS_MAX}`,
    `--snapshot-count=${SNAPSHOT_COUNT}`,
    `--heartbeat-interval=${TICK_MS}`,
    `--election-timeout=${ELECTION_MS}`,
    '--log-level=warn',
    ...(settings.unsafeNoFsync === true ? ['--unsafe-no-fsync'] : []),
  ];
}

/** The URL on which clients reach an etcd of ours. */
export function endpointOf(clientPort: number): string {
  return `http://127.0.0.1:${clientPort}`;
}

/** A running etcd that is our child. */
export interface EtcdProcess {
  readonly endpoint: string;
  readonly pid: number;
  readonly settings: EtcdSettings;
  /** Resolves when the process has ended, however. */
  readonly exited: Promise<void>;
  /** Sends a signal to this very process, if it still runs. */
  signal(name: NodeJS.Signals): void;
  /** Ends it: TERM, then KILL after the grace period. */
  stop(graceMs?: number): Promise<void>;
}

/** What {@link startEtcd} needs: settings, and where the output goes (beside the data folder when absent). */
export interface EtcdStart extends Omit<EtcdSettings, 'clientPort' | 'peerPort'> {
  /** Free ports are taken where absent. */
  clientPort?: number;
  peerPort?: number;
  logFile?: string;
  signal?: AbortSignal;
}

/**
 * Starts etcd as a child and waits until it is healthy. The child is killed when this process exits.
 *
 * @throws OperationalError `etcd-not-started` with etcd's last words.
 */
export async function startEtcd(start: EtcdStart): Promise<EtcdProcess> {
  const { logFile = join(dirname(start.dataFolder), 'etcd.log'), signal, ...rest } = start;
  const [clientPort = 0, peerPort = 0] = await freePorts(2);
  const settings = { clientPort, peerPort, ...rest };
  mkdirSync(settings.dataFolder, { recursive: true, mode: 0o700 });
  mkdirSync(dirname(logFile), { recursive: true });
  const child = spawnEtcd(settings, logFile);
  const running = watchChild(child, settings);
  const waiting = new AbortController();
  const ended = AbortSignal.any(signal === undefined ? [waiting.signal] : [waiting.signal, signal]);
  try {
    await Promise.race([waitUntilHealthy(running.endpoint, ended), running.exited.then(refuse)]);
    return running;
  } catch (error) {
    waiting.abort();
    await running.stop(0);
    if (signal?.aborted === true) throw signal.reason;
    throw notStarted(settings, logFile, error);
  }
}

function refuse(): never {
  throw new OperationalError('etcd-not-started', 'etcd ended at once');
}

function spawnEtcd(settings: EtcdSettings, logFile: string): ChildProcess {
  const [program, ...args] = etcdCommand(settings);
  const log = openSync(logFile, 'a', 0o600);
  try {
    return spawn(program, args, { stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}

function watchChild(child: ChildProcess, settings: EtcdSettings): EtcdProcess {
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const exited = new Promise<void>((resolve) => {
    const end = (): void => {
      process.off('exit', killWithUs);
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  const isGone = (): boolean =>
    child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  return {
    endpoint: endpointOf(settings.clientPort),
    pid: child.pid ?? 0,
    settings,
    exited,
    signal: (name) => {
      if (!isGone()) child.kill(name);
    },
    stop: async (graceMs = STOP_GRACE_MS) => {
      if (isGone()) return;
      child.kill('SIGTERM');
      const cancelKill = systemClock.schedule(graceMs, () => child.kill('SIGKILL'));
      await exited;
      cancelKill();
    },
  };
}

/**
 * Waits until the etcd behind `endpoint` has a leader and takes requests.
 *
 * @throws OperationalError `etcd-unhealthy` after 30 s.
 */
export async function waitUntilHealthy(endpoint: string, signal?: AbortSignal): Promise<void> {
  const untilMs = systemClock.nowMs() + HEALTHY_WITHIN_MS;
  while (systemClock.nowMs() < untilMs) {
    if (await isHealthy(endpoint)) return;
    await sleep(systemClock, HEALTH_PAUSE_MS, signal);
  }
  throw new OperationalError('etcd-unhealthy', `etcd at ${endpoint} is not healthy after 30 s`);
}

/** Whether the etcd behind `endpoint` says that it is healthy, within a second. */
export async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    const answer = await fetch(`${endpoint}/health`, { signal: AbortSignal.timeout(HEALTH_TRY_MS) });
    const body = (await answer.json()) as { health?: unknown };
    return answer.ok && body.health === 'true';
  } catch {
    return false;
  }
}

function notStarted(settings: EtcdSettings, logFile: string, cause: unknown): OperationalError {
  const words = lastWords(logFile);
  const taken = words.includes('address already in use');
  const why = taken ? `port ${settings.clientPort} or ${settings.peerPort} is taken` : words;
  return new OperationalError('etcd-not-started', `etcd did not start: ${why} (log: ${logFile})`, { cause });
}

function lastWords(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES);
  return lines.join(' | ') || 'it wrote nothing';
}

/** Below the range from which Linux gives ports to outgoing connections (32768 to 60999), above the well-known ones. */
const PORT_RANGE = { from: 10_000, to: 30_000 };
const PORT_ATTEMPTS = 50;

/**
 * Ports on loopback, one after the other, that nobody listens on right now. A port that the kernel would choose is
 * also one that it may give to a connection a moment later: these are not.
 *
 * @throws OperationalError `no-free-ports` when 50 places in the range were all taken.
 */
export async function freePorts(count: number): Promise<number[]> {
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
    const first = randomInt(PORT_RANGE.from, PORT_RANGE.to - count);
    const ports = Array.from({ length: count }, (_, at) => first + at);
    if (await areFree(ports)) return ports;
  }
  throw new OperationalError('no-free-ports', `no ${count} ports in a row are free on 127.0.0.1`);
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  const tried = await Promise.allSettled(ports.map(listenOn));
  const servers = tried.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return servers.length === ports.length;
}

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });
}
