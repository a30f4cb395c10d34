// The hostname of a container in a pooled sandbox. The engine copies the sandbox's, made before the pod was known, so
// the name is put right in the container's own UTS namespace, from outside.
//
// When: once the container's first process has all its surroundings and before it becomes the container's program. That
// moment is looked for, and the process is held until it has its name, so that its program never sees another. Where
// it is missed (another runtime than runc, an overloaded machine on which we run too late) the name is set as soon as the engine
// says that the container runs: for some milliseconds a program may then ask the kernel and be told "pooled-…".
// HOSTNAME, /etc/hostname and /etc/hosts are right in any case.
import { existsSync, readFileSync } from 'node:fs';
import { sleep, type Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import { createNamespaceShell } from './namespace-shell.ts';
import { cgroupFoldersOf, folderOfSibling } from './proc-cgroup.ts';
import { isAboutToStart } from './start-moment.ts';

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
/** The engine needs some 20 ms from that moment until the program begins. */
const LOOK_INTERVAL_MS = 4;

export function createHostnameSetter(deps: { clock: Clock; logger: Logger }): HostnameSetter {
  /** A container's control group; others of the same engine differ only in the ID. */
  let sample: { id: string; folder: string } | undefined;
  const shell = createNamespaceShell();

  /** @returns whether the name was set before the program began. */
  const nameEarly = async (containerId: string, hostname: string, signal: AbortSignal): Promise<boolean> => {
    const folder = sample && folderOfSibling(sample.folder, sample.id, containerId);
    if (folder === undefined) return false;
    const pid = await holdBeforeStart(deps.clock, folder, signal);
    try {
      await shell.setHostname(pid, hostname, true);
      return true;
    } catch (error) {
      process.kill(pid, 'SIGCONT');
      throw error;
    }
  };
  const nameLate = async (containerId: string, pid: number, hostname: string): Promise<void> => {
    deps.logger.debug('hostname of a container is set late', { containerId });
    await shell.setHostname(pid, hostname).catch((error: unknown) => {
      deps.logger.warn('hostname of a container cannot be set', { containerId, error: messageOf(error) });
    });
  };

  return {
    async prove(sandbox) {
      const name = await shell.readHostname(sandbox.pid);
      if (name !== sandbox.hostname) throw new Error(`process ${sandbox.pid} here is of "${name}"`);
      const folder = cgroupFoldersOf(readFileSync(`/proc/${sandbox.pid}/cgroup`, 'utf8'))?.memory;
      if (folder !== undefined) sample = { id: sandbox.id, folder };
    },
    watch(containerId, hostname) {
      const stop = new AbortController();
      const early = nameEarly(containerId, hostname, stop.signal).catch(() => false);
      return {
        async settle(pid) {
          stop.abort();
          if (!(await early) && pid > 0) await nameLate(containerId, pid, hostname);
        },
        cancel: () => {
          stop.abort();
        },
      };
    },
    close: () => {
      shell.close();
    },
  };
}

/** Stops the container's first process in time. @throws the signal's reason. */
async function holdBeforeStart(clock: Clock, folder: string, signal: AbortSignal): Promise<number> {
  await sleep(clock, FIRST_LOOK_MS, signal);
  for (;;) {
    const pid = processAboutToStart(folder);
    if (pid !== undefined) {
      process.kill(pid, 'SIGSTOP');
      return pid;
    }
    await sleep(clock, LOOK_INTERVAL_MS, signal);
  }
}

/** Read at once: these files are memory, and a thread pool would cost more than the reading. */
function processAboutToStart(folder: string): number | undefined {
  try {
    // Most looks come too early; asking costs a tenth of failing to read.
    if (!existsSync(folder)) return undefined;
    const pids = readFileSync(`${folder}/cgroup.procs`, 'utf8').trim().split('\n').filter(Boolean);
    return pids.map(Number).find((pid) => {
      const read = (name: 'wchan' | 'status'): string => readFileSync(`/proc/${pid}/${name}`, 'utf8');
      return isAboutToStart(read);
    });
  } catch {
    // Not there yet, or a helper process that has just gone.
    return undefined;
  }
}
