// A hollow engine's containers and sandboxes as records, and what a runtime tells of them.
import type { HollowDisk } from '../../machine/hollow/hollow-disk.ts';
import type { ContainerSpec, ContainerState, SandboxSpec, SandboxState } from '../runtime.ts';
import type { Behaviour } from './behaviour.ts';
import type { HollowLog } from './hollow-log.ts';
import type { HollowFiles, HollowRequest, HollowResponse } from './hollow-program.ts';
import type { Exit, RunningProcess } from './running-process.ts';

export interface HollowSandbox {
  id: string;
  /** Whose it is: several nodes may share an engine. */
  node: string;
  spec: SandboxSpec;
  /** Being made; then running or not. */
  status: 'created' | 'running' | 'exited';
  ip: string;
  createdAtMs: number;
  /** By port. */
  listeners: Map<number, Listener>;
}

export interface Listener {
  containerId: string;
  answer(request: HollowRequest): HollowResponse;
}

export interface HollowContainer {
  id: string;
  node: string;
  spec: ContainerSpec;
  behaviour: Behaviour;
  status: ContainerState['status'];
  createdAtMs: number;
  startedAtMs?: number;
  finishedAtMs?: number;
  /** When its program first got TERM or KILL from the agent. */
  toldToStopAtMs?: number;
  exit?: Exit;
  log: HollowLog;
  /** The first one, while it runs. */
  main?: RunningProcess;
  /** Commands that run beside it. */
  execs: Set<RunningProcess>;
  /** Who is attached to the first process. */
  attached: Set<(output: 'out' | 'err', text: string) => void>;
  /** Its own files, by path. */
  files: Map<string, string>;
}

/** Exit codes above this name the signal that ended the process. */
const SIGNAL_EXIT_CODE_BASE = 128;
const SIGNAL_MAX = 64;

export function containerStateOf(container: HollowContainer): ContainerState {
  const { id, spec, status, createdAtMs, startedAtMs, finishedAtMs, exit } = container;
  const { pod, name, kind, attempt, specHash, sandboxId, imageId, imageName = '', labels } = spec;
  const signal = (exit?.exitCode ?? 0) - SIGNAL_EXIT_CODE_BASE;
  return {
    ...{ id, pod, name, kind, attempt, specHash, sandboxId, imageId, imageName, status, createdAtMs, labels },
    oomKilled: exit?.oomKilled ?? false,
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
    ...(exit === undefined ? {} : { exitCode: exit.exitCode }),
    ...(signal > 0 && signal <= SIGNAL_MAX ? { signal } : {}),
  };
}

export function sandboxStateOf({ id, spec, status, ip, createdAtMs }: HollowSandbox): SandboxState {
  return { id, pod: spec.pod, running: status === 'running', ip, createdAtMs };
}

/** What a container sees: mounts before its own files, and those before the sandbox's and the image's. */
export function filesOf(
  container: HollowContainer,
  sandbox: HollowSandbox | undefined,
  disk: HollowDisk,
  imageFiles: Readonly<Record<string, string>> = {},
): HollowFiles {
  const onDisk = (path: string): string | undefined => {
    const mount = container.spec.mounts.find(
      ({ target }) => path === target || path.startsWith(`${target}/`),
    );
    return mount === undefined ? undefined : `${mount.source}${path.slice(mount.target.length)}`;
  };
  return {
    read(path) {
      const place = onDisk(path);
      if (place !== undefined) return disk.read(place);
      return container.files.get(path) ?? sandboxFile(sandbox, path) ?? imageFiles[path];
    },
    write(path, text) {
      const place = onDisk(path);
      if (place === undefined) container.files.set(path, text);
      else disk.write(place, text);
    },
  };
}

function sandboxFile(sandbox: HollowSandbox | undefined, path: string): string | undefined {
  if (sandbox === undefined) return undefined;
  const { hostname, hostAliases } = sandbox.spec;
  if (path === '/etc/hostname') return `${hostname}\n`;
  if (path !== '/etc/hosts') return undefined;
  const aliases = hostAliases.map(({ ip, hostnames }) => `${ip}\t${hostnames.join(' ')}`);
  return ['127.0.0.1\tlocalhost', `${sandbox.ip}\t${hostname}`, ...aliases, ''].join('\n');
}
