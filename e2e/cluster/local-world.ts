// A real cluster for tests and benchmarks: etcd, control plane and agents as processes of ours, each known by its
// pid, in a folder of its own on ports of its own. Everything it starts it stops, also after a failure.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { MEMORY_ENVIRONMENT, NODE_FLAGS } from '@gantry/ctl/up/local-cluster';
import type { Client } from '@gantry/api/client';
import { nodeKind, type Node } from '@gantry/api/kinds/node';
import { connectWithKubeconfig, type Connection } from '@gantry/ctl/connect';
import { dockerSocketFrom, removeNodeContainers } from '@gantry/ctl/up/docker-engine';
import { freeClusterRange, usedRanges } from '@gantry/ctl/up/free-cluster-range';
import { removePodNetwork } from '@gantry/ctl/up/remove-pod-network';
import { programRunner } from '@gantry/kit/system-program';
import { systemRandom } from '@gantry/kit/random';
import { nodeScope } from '@gantry/kit/node-scope';
import type { EngineHost, Hosts } from './hosts/create-hosts.ts';
import { findEtcd, freePorts, startEtcd, type EtcdProcess } from '@gantry/kit/etcd-process';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Compiled code is run, whether this file runs from source or compiled. */
export const REPOSITORY = existsSync(join(ROOT, 'package-lock.json')) ? ROOT : join(ROOT, '..');
const READY_WAIT_MS = 120_000;
const POLL_MS = 50;

/** How a world is made. */
export interface WorldOptions {
  /** Names of the agents; one called `n1` when absent. */
  agents?: readonly string[];
  /** etcd without fsync: quicker, for tests that do not measure. */
  unsafeNoFsync?: boolean;
  warmSandboxes?: number;
  /** Whether agents lead to Services from this host's network; one of a host at most. */
  serviceProxy?: boolean;
  /** Each agent on a host of its own, in the order of their names, leading to Services there. */
  hosts?: Pick<Hosts, 'hosts' | 'rootAddress'>;
  /** More arguments for the control plane. */
  controlPlaneArgs?: readonly string[];
}

/** A running cluster. */
export interface LocalWorld {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly client: Client;
  readonly etcd: EtcdProcess;
  pidOf(name: string): number;
  /** Ends a part at once, as a power cut would. */
  kill(name: string): Promise<void>;
  signal(name: string, signal: NodeJS.Signals): void;
  startControlPlane(): Promise<void>;
  startAgent(name: string): Promise<void>;
  /** One process, named so, of so many nodes; waits until all are ready. */
  startHollowNodes(name: string, nodes: number, args?: readonly string[]): Promise<void>;
  logOf(name: string): string;
  /** Stops everything and removes all that was made. */
  stop(): Promise<void>;
}

/** Starts a cluster and waits until its nodes are ready. */
export async function startLocalWorld(options: WorldOptions = {}): Promise<LocalWorld> {
  const world = new ProcessWorld(options);
  try {
    await world.start();
    return world;
  } catch (error) {
    const words = world.lastWords();
    await world.stop();
    throw new Error(`the cluster did not start: ${(error as Error).message}\n${words}`, { cause: error });
  }
}

class ProcessWorld implements LocalWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'gantry-world-'));
  readonly kubeconfig = join(this.folder, 'kubeconfig');
  readonly #options: WorldOptions;
  readonly #children = new Map<string, ChildProcess>();
  readonly #agents: readonly string[];
  readonly #hollow = new Set<string>();
  /** Other worlds on this machine begin to look elsewhere. */
  readonly #clusterRange = freeClusterRange(usedRanges(), Math.floor(systemRandom.next() * 256));
  #apiPort = 0;
  #etcd: EtcdProcess | undefined;
  #connection: Connection | undefined;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#agents = options.agents ?? ['n1'];
  }

  get client(): Client {
    if (this.#connection === undefined) throw new Error('the cluster is not up');
    return this.#connection.client;
  }

  get etcd(): EtcdProcess {
    if (this.#etcd === undefined) throw new Error('etcd is not up');
    return this.#etcd;
  }

  async start(): Promise<void> {
    const [apiPort = 0] = await freePorts(1);
    this.#apiPort = apiPort;
    this.#etcd = await startEtcd({
      program: await findEtcd({
        env: process.env,
        stateFolder: process.env['GANTRY_HOME'] ?? join(REPOSITORY, '.gantry'),
      }),
      dataFolder: join(this.folder, 'etcd'),
      unsafeNoFsync: this.#options.unsafeNoFsync ?? true,
    });
    await this.startControlPlane();
    await Promise.all(this.#agents.map((name) => this.startAgent(name)));
  }

  async startControlPlane(): Promise<void> {
    this.#spawn('control-plane', 'control-plane', [
      ...[
        '--state-folder',
        this.folder,
        '--listen',
        `${this.#apiHost}:${this.#apiPort}`,
        '--etcd',
        this.etcd.endpoint,
      ],
      ...['--cluster-cidr', this.#clusterRange],
      ...(this.#options.controlPlaneArgs ?? []),
    ]);
    await waitFor('the control plane', async () => {
      if (!existsSync(this.kubeconfig)) return false;
      this.#connection ??= await connectWithKubeconfig(this.kubeconfig);
      const answer = await this.client.raw({ method: 'GET', path: '/readyz', timeoutMs: 2000 });
      for await (const _chunk of answer.body);
      return answer.status === 200;
    });
  }

  async startAgent(name: string): Promise<void> {
    const warm = ['--warm-sandboxes', String(this.#options.warmSandboxes ?? 0)];
    const host = this.#hostOf(name);
    const leads = this.#options.serviceProxy === true || host !== undefined;
    const proxy = ['--service-proxy', leads ? 'on' : 'off'];
    const address = host === undefined ? [] : ['--address', host.address];
    this.#spawn(name, 'agent', [...this.#joining(name), ...warm, ...proxy, ...address], host);
    await waitFor(`node ${name}`, async () =>
      isReady(await this.client.get(nodeKind, { namespace: '', name })),
    );
  }

  async startHollowNodes(name: string, nodes: number, args: readonly string[] = []): Promise<void> {
    this.#hollow.add(name);
    const hollow = ['--runtime', 'hollow', '--nodes', String(nodes), ...args];
    this.#spawn(name, 'agent', [...this.#joining(name), ...hollow]);
    const patienceMs = READY_WAIT_MS + nodes * 500;
    // Cheaper than to ask for all nodes again and again.
    const haveJoined = (): Promise<boolean> =>
      Promise.resolve(this.logOf(name).includes('hollow nodes started'));
    await waitFor(`${String(nodes)} nodes to join`, haveJoined, patienceMs);
    const areReady = async (): Promise<boolean> => {
      const { items } = await this.client.list(nodeKind);
      const ready = items.filter((node) => node.metadata.name?.startsWith(`${name}-`) && isReady(node));
      return ready.length === nodes;
    };
    // The list of many nodes, asked for again and again, would be most of what the control plane does.
    await waitFor(`${String(nodes)} nodes ${name}`, areReady, patienceMs, Math.max(POLL_MS, nodes));
  }

  get #apiHost(): string {
    return this.#options.hosts?.rootAddress ?? '127.0.0.1';
  }

  #hostOf(name: string): EngineHost | undefined {
    return this.#options.hosts?.hosts[this.#agents.indexOf(name)];
  }

  #joining(name: string): string[] {
    return [
      ...['--name', name, '--server', `https://${this.#apiHost}:${this.#apiPort}`],
      ...['--state-folder', join(this.folder, 'agents', name)],
      ...['--token-file', join(this.folder, 'pki', 'join-token'), '--ca', join(this.folder, 'pki', 'ca.crt')],
    ];
  }

  pidOf(name: string): number {
    return this.#children.get(name)?.pid ?? 0;
  }

  async kill(name: string): Promise<void> {
    await this.#end(name, 'SIGKILL');
  }

  signal(name: string, signal: NodeJS.Signals): void {
    this.#children.get(name)?.kill(signal);
  }

  logOf(name: string): string {
    const file = join(this.folder, `${name}.log`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  lastWords(): string {
    return [...this.#children.keys()]
      .map((name) => `${name}: ${this.logOf(name).trimEnd().split('\n').slice(-8).join('\n  ')}`)
      .join('\n');
  }

  async stop(): Promise<void> {
    await this.#connection?.close();
    this.#connection = undefined;
    for (const name of [...this.#agents, ...this.#hollow, 'control-plane']) await this.#end(name, 'SIGTERM');
    if (this.#options.hosts === undefined) await this.#removeFromEngine();
    for (const name of this.#agents) await this.#removeNetwork(name);
    await this.#etcd?.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** Hosts of the world's own go with all that is on them. */
  async #removeFromEngine(): Promise<void> {
    const authority = join(this.folder, 'pki', 'ca.crt');
    if (!existsSync(authority)) return;
    const pem = readFileSync(authority, 'utf8');
    const socket = dockerSocketFrom(process.env);
    const scopes = this.#agents.map((name) => nodeScope(pem, name));
    await removeNodeContainers(socket, scopes);
    await removePodNetwork(socket, scopes);
  }

  /** HAProxy outlives its agent, on purpose. */
  async #removeNetwork(name: string): Promise<void> {
    const folder = join(this.folder, 'agents', name);
    if (!existsSync(join(folder, 'proxy'))) return;
    const { run = programRunner() } = this.#hostOf(name) ?? {};
    const args = ['remove-network', '--name', name, '--state-folder', folder];
    await run([process.execPath, bundleOf('agent'), ...args]);
  }

  #spawn(name: string, part: 'control-plane' | 'agent', args: readonly string[], host?: EngineHost): void {
    mkdirSync(this.folder, { recursive: true });
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    const command = [process.execPath, ...NODE_FLAGS[part], bundleOf(part), ...args];
    const [program = '', ...rest] = [...(host?.through ?? []), ...command];
    const env = {
      ...(part === 'control-plane' ? MEMORY_ENVIRONMENT : {}),
      ...process.env,
      ...(host === undefined ? {} : { DOCKER_HOST: `unix://${host.socketPath}` }),
    };
    const child = spawn(program, rest, { env, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#children.set(name, child);
    const endWithUs = (): void => void child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('exit', () => process.off('exit', endWithUs));
  }

  async #end(name: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.#children.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await gone;
    clearTimeout(late);
  }
}

function bundleOf(part: 'control-plane' | 'agent'): string {
  return join(REPOSITORY, part, 'dist', 'bundle', 'main.js');
}

function isReady({ status }: Node): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

/** Asks until the answer is yes. An answer that throws counts as no. */
export async function waitFor(
  what: string,
  ready: () => Promise<boolean>,
  timeoutMs = READY_WAIT_MS,
  everyMs = POLL_MS,
): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadlineMs) {
    try {
      if (await ready()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await delay(everyMs);
  }
  throw new Error(
    `${what}: not so within ${timeoutMs / 1000} s${last === undefined ? '' : ` (${(last as Error).message})`}`,
  );
}
