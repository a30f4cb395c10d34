// The machine that the agent runs on. Thin: hands each question to the file that knows how to ask it.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { podFolder } from '../../volumes/pod-folders.ts';
import type { CheckpointName, Machine } from '../machine.ts';
import { applyFileActions, removePodFolder } from './apply-file-actions.ts';
import { askHttp } from './ask-http.ts';
import { askTcp } from './ask-tcp.ts';
import { createDurableFolder, type LocalFolder } from './durable-folder.ts';
import { readMachineFacts, readMachineLoad } from './machine-facts.ts';
import { createMachineUsage } from './machine-usage.ts';
import { readEnd } from './read-end.ts';

export interface LocalMachineDeps {
  clock: Clock;
  logger: Logger;
  /** Everything that the agent keeps on disk is below. */
  stateFolder: string;
  /** The node's address; found out when absent. */
  address?: string | undefined;
}

export function createLocalMachine(deps: LocalMachineDeps): Machine {
  const { stateFolder, address } = deps;
  const podsFolder = join(stateFolder, 'pods');
  const checkpoints = new Map<CheckpointName, LocalFolder>();
  return {
    podsFolder,
    async prepare() {
      // Processes in containers reach their volumes by mounts: nobody but the agent has to read here.
      await mkdir(podsFolder, { recursive: true, mode: 0o711 });
    },
    facts: () => readMachineFacts(address),
    load: () => readMachineLoad(podsFolder),
    usage: createMachineUsage(deps),
    checkpoint(name) {
      const folder = createDurableFolder(deps, join(stateFolder, 'checkpoint', name));
      checkpoints.set(name, folder);
      return folder;
    },
    unwritten: () => new Map([...checkpoints].map(([name, folder]) => [name, folder.unwrittenSinceMs])),
    applyFileActions,
    podFolders: () => readdir(podsFolder).catch(() => []),
    removePodFolder: (uid) => removePodFolder(podFolder(podsFolder, uid)),
    readEnd,
    askHttp,
    askTcp,
  };
}
