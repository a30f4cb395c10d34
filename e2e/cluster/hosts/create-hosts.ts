// Several hosts on one machine: namespaces with cables between, and a Docker engine in each. What a run makes is
// recorded before it is used, so that it can be undone after any failure, and by the next run after a kill.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { systemIds, systemRandom } from '@gantry/kit/random';
import { programRunner, type RunProgram } from '@gantry/kit/system-program';
import {
  inside,
  layFreeLinks,
  layHost,
  removeLinks,
  rootAddressOf,
  setPort,
  type Cabling,
} from '@gantry/ctl/up/hosts/host-links';
import { processesOf } from '@gantry/ctl/up/hosts/processes-of';
import { endProcesses, patiently, startOf, startProgram } from './host-programs.ts';

/** What to make. */
export interface HostsWish {
  /** Hosts with an engine. */
  count: number;
  /** The link of each host; all on one when absent. */
  linkOf?: (index: number) => number;
  /** Hosts beside them without an engine, on the first link: the world outside of the cluster. */
  outsiders?: number;
  /** Engines that leave their containers running when they end; unless it is said otherwise. Swarm bears no such engine. */
  liveRestore?: boolean;
  /** Where the search for free addresses begins, from 0 to 1. */
  chance?: () => number;
}

/** One host. */
export interface Host {
  name: string;
  address: string;
  /** What a program is started through to be on this host. */
  through: readonly string[];
  /** Runs a program on this host to its end. */
  run: RunProgram;
  /** Takes its cable out, and puts it in again. */
  cutLink(): Promise<void>;
  healLink(): Promise<void>;
}

/** One with an engine. */
export interface EngineHost extends Host {
  socketPath: string;
  docker: Docker;
  /** KILL: containers go on, and nobody looks after them. */
  killEngine(): Promise<void>;
  /** Starts it anew after that; containers that run stay. */
  startEngine(): Promise<void>;
}

/** A set of hosts. */
export interface Hosts {
  hosts: readonly EngineHost[];
  outsiders: readonly Host[];
  /** Of this machine, on the first link: where hosts reach a control plane that is no host of its own. */
  rootAddress: string;
  /** Undoes everything. Safe to repeat. */
  end: () => Promise<void>;
}

const FOLDER = join(tmpdir(), 'gantry-hosts');
const DRAFT = 'draft-';
const ID_LENGTH = 5;
/** Ends by itself what `docker stop` would wait for. */
const ENGINE_OPTIONS = ['--shutdown-timeout', '1'];

/** Makes hosts whose names and addresses no other set on this machine has. @throws after undoing what it had made. */
export async function createHosts(wish: HostsWish): Promise<Hosts> {
  const { count, linkOf = () => 0, outsiders = 0, liveRestore = true } = wish;
  await sweepHosts();
  const id = systemIds.suffix(ID_LENGTH);
  const folder = join(FOLDER, id);
  recordOwner(id);
  const links = 1 + Math.max(...Array.from({ length: count }, (_, index) => linkOf(index)));
  const end = (): Promise<void> => undo(id);
  try {
    const cabling = await layFreeLinks({ id, links }, { chance: wish.chance ?? (() => systemRandom.next()) });
    const hosts: EngineHost[] = [];
    for (let index = 0; index < count; index += 1)
      hosts.push(
        engineHost(await plainHost(cabling, index, linkOf(index)), join(folder, `h${index}`), liveRestore),
      );
    await Promise.all(hosts.map((host) => host.startEngine()));
    const others: Host[] = [];
    for (let index = count; index < count + outsiders; index += 1)
      others.push(await plainHost(cabling, index, 0));
    return { hosts, outsiders: others, rootAddress: rootAddressOf(cabling), end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Undoes the sets of runs that are over: they were killed before they could. */
export async function sweepHosts(): Promise<void> {
  if (!existsSync(FOLDER)) return;
  for (const id of readdirSync(FOLDER)) {
    if (id.startsWith(DRAFT)) continue;
    const [pid = '', start = ''] = readOwner(id).split(' ');
    const isAlive = pid !== '' && startOf(Number(pid)) === start;
    if (!isAlive) await undo(id);
  }
}

/** At once or not at all: another run that sweeps must not take it for one that nobody owns. */
function recordOwner(id: string): void {
  const draft = join(FOLDER, `${DRAFT}${id}`);
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, 'owner'), `${process.pid} ${startOf(process.pid) ?? ''}`);
  renameSync(draft, join(FOLDER, id));
}

function readOwner(id: string): string {
  const file = join(FOLDER, id, 'owner');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function plainHost(cabling: Cabling, index: number, link: number): Promise<Host> {
  const { namespace, address, port } = await layHost(cabling, index, link);
  const through = inside(namespace);
  return {
    ...{ name: namespace, address, through, run: programRunner(through) },
    cutLink: () => setPort(cabling, port, 'down'),
    healLink: () => setPort(cabling, port, 'up'),
  };
}

function engineHost(host: Host, folder: string, liveRestore: boolean): EngineHost {
  const socketPath = join(folder, 'docker.sock');
  const docker = new Docker({ socketPath });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'daemon.json'), JSON.stringify({ 'live-restore': liveRestore }));
  let pid: number | undefined;
  return {
    ...host,
    ...{ socketPath, docker },
    async startEngine() {
      // A stale one makes the engine wait for a process that is gone.
      rmSync(join(folder, 'exec', 'containerd', 'containerd.pid'), { force: true });
      rmSync(join(folder, 'dockerd.pid'), { force: true });
      pid = startProgram([...host.through, ...engineArguments(folder, socketPath)], join(folder, 'log'));
      await patiently(`the engine of ${host.name}`, () =>
        docker.ping().then(
          () => true,
          () => false,
        ),
      );
    },
    async killEngine() {
      if (pid !== undefined) await endProcesses([pid], 'SIGKILL');
      pid = undefined;
    },
  };
}

function engineArguments(folder: string, socketPath: string): string[] {
  const folders = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')];
  const files = ['--pidfile', join(folder, 'dockerd.pid'), '--config-file', join(folder, 'daemon.json')];
  const bip = ['--bip', '172.31.255.1/24'];
  return ['dockerd', ...files, ...folders, '--host', `unix://${socketPath}`, ...bip, ...ENGINE_OPTIONS];
}

/** Processes go first: what is mounted and which namespaces there are hangs on them. */
async function undo(id: string): Promise<void> {
  const folder = join(FOLDER, id);
  await endProcesses(processesOf(`${folder}/`), 'SIGKILL');
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  const run = programRunner();
  for (const path of mounts.toReversed()) await run(['umount', '--lazy', path]).catch(() => undefined);
  await removeLinks(id);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
