// The hostname of a container in a pooled sandbox. The engine copies the sandbox's, made before the pod was known, so
// the name is put right in the container's own UTS namespace, from outside.
//
// When: the container's first process is complete but for its program when it waits to open its start pipe; runc lets
// it go on some 10 to 20 ms later. That moment is looked for, so that the program never sees the other name. Where it
// is missed (a kernel that hides what a process waits for, a machine that is overwhelmed) the name is set as soon as
// the engine says that the container runs: for some milliseconds a program may then ask the kernel and be told
// "pooled-…". HOSTNAME, /etc/hostname and /etc/hosts are right from the start in any case.
import { readFileSync } from 'node:fs';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { createNamespaceShell } from './namespace-shell.ts';
import { cgroupFoldersOf, folderOfSibling } from './proc-cgroup.ts';

/** One container's name on its way. */
export interface HostnameWatch {
  /** The container runs as `pid` (0: it has ended already). @returns when the name is set, or cannot be. */
  settle(pid: number): Promise<void>;
  cancel(): void;
}

/** Sets hostnames from outside. */
export interface HostnameSetter {
  /**
   * Tries it on a sandbox that has the name `hostname`.
   *
   * @throws when names cannot be set here: no rights, another machine, a tool is missing.
   */
  prove(sandbox: { id: string; pid: number; hostname: string }): Promise<void>;
  /** To be called right before the container is started. */
  watch(containerId: string, hostname: string): HostnameWatch;
  close: () => void;
}

/** Nothing of interest happens earlier after the engine was asked to start. */
const FIRST_LOOK_MS = 25;
const LOOK_INTERVAL_MS = 3;
/** What the kernel says of a process that waits for the other end of a pipe. */
const AT_START_PIPE = 'wait_for_partner';

export function createHostnameSetter(deps: { clock: Clock; logger: Logger }): HostnameSetter {
  /** A container's list of processes, in terms of another's. */
  let sample: { id: string; folder: string } | undefined;

  const shell = createNamespaceShell();
  const findAtStartPipe = async (containerId: string, signal: AbortSignal): Promise<number | undefined> => {
    const folder = sample && folderOfSibling(sample.folder, sample.id, containerId);
    if (folder === undefined) return undefined;
    await sleep(deps.clock, FIRST_LOOK_MS, signal);
    for (;;) {
      const pid = processAtStartPipe(folder);
      if (pid !== undefined) return pid;
      await sleep(deps.clock, LOOK_INTERVAL_MS, signal);
    }
  };

  return {
    close: () => {
      shell.close();
    },
    async prove(sandbox) {
      const name = await shell.readHostname(sandbox.pid);
      if (name !== sandbox.hostname)
        throw new Error(`process ${sandbox.pid} is not of this machine: it is "${name}"`);
      const folder = cgroupFoldersOf(readFileSync(`/proc/${sandbox.pid}/cgroup`, 'utf8'))?.memory;
      if (folder !== undefined) sample = { id: sandbox.id, folder };
    },
    watch(containerId, hostname) {
      const stop = new AbortController();
      const early = findAtStartPipe(containerId, stop.signal)
        .then(async (pid) => {
          if (pid === undefined) return false;
          await shell.setHostname(pid, hostname);
          return true;
        })
        .catch(() => false);
      return {
        async settle(pid) {
          stop.abort();
          if ((await early) || pid <= 0) return;
          await shell.setHostname(pid, hostname).catch((error: unknown) => {
            deps.logger.warn('hostname of a container could not be set', {
              containerId,
              error: messageOf(error),
            });
          });
        },
        cancel: () => {
          stop.abort();
        },
      };
    },
  };
}

/** Read at once: these files are memory, and a thread pool would cost more than the reading. */
function processAtStartPipe(folder: string): number | undefined {
  try {
    const pids = readFileSync(`${folder}/cgroup.procs`, 'utf8').trim().split('\n').filter(Boolean);
    return pids.map(Number).find((pid) => readFileSync(`/proc/${pid}/wchan`, 'utf8') === AT_START_PIPE);
  } catch {
    // Not there yet, or a helper process that has just gone.
    return undefined;
  }
}
