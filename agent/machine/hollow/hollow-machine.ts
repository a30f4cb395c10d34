// A machine in memory. Whoever holds the object holds the machine: an agent that is started anew on it finds its
// checkpoint and its files. Nothing waits here but on the given clock, and nothing reaches the operating system.
import type { Clock } from '@gantry/kit/clock';
import { messageOf, OperationalError } from '@gantry/kit/operational-error';
import type { FileAction } from '../../volumes/file-action.ts';
import { podFolder } from '../../volumes/pod-folders.ts';
import type { CheckpointName, Machine, MachineFacts, MachineLoad, MachineUsage } from '../machine.ts';
import type { HollowDisk } from './hollow-disk.ts';
import { createHollowFolder } from './hollow-folder.ts';

export interface HollowMachineDeps {
  clock: Clock;
  disk: HollowDisk;
  /** Who answers on the network: see `HollowEngine`. */
  network: Pick<Machine, 'askHttp' | 'askTcp'>;
  facts(): MachineFacts;
  load(): MachineLoad;
  usage(): MachineUsage;
  /** What earlier agents have stored; nothing when absent. */
  checkpoints?: HollowCheckpoints;
}

/** What agents store, by folder. It outlives the machine object, for whom that is one agent's view of its host. */
export type HollowCheckpoints = Readonly<Record<CheckpointName, Map<string, unknown>>>;

/** Nothing stored yet. */
export function emptyCheckpoints(): HollowCheckpoints {
  return {
    ...{ pods: new Map(), sources: new Map(), services: new Map() },
    ...{ routes: new Map(), splits: new Map(), certificates: new Map(), flags: new Map() },
  };
}

const PODS_FOLDER = '/hollow/pods';

export function createHollowMachine(deps: HollowMachineDeps): Machine {
  const { clock, disk, network } = deps;
  const checkpoints = deps.checkpoints ?? emptyCheckpoints();
  const openings: Record<CheckpointName, number> = {
    ...{ pods: 0, sources: 0, services: 0, routes: 0, splits: 0, certificates: 0, flags: 0 },
  };
  return {
    podsFolder: PODS_FOLDER,
    prepare: () => Promise.resolve(),
    facts: () => Promise.resolve(deps.facts()),
    load: () => Promise.resolve(deps.load()),
    usage: () => deps.usage(),
    checkpoint(name) {
      openings[name] += 1;
      const opening = openings[name];
      return createHollowFolder(clock, checkpoints[name], () => openings[name] === opening);
    },
    async applyFileActions(actions) {
      try {
        for (const action of actions) applyFileAction(disk, action);
      } catch (error) {
        throw new OperationalError('volume-failed', messageOf(error), { cause: error });
      }
    },
    podFolders: () => Promise.resolve(disk.list(PODS_FOLDER)),
    removePodFolder: (uid) => Promise.resolve(disk.remove(podFolder(PODS_FOLDER, uid))),
    readEnd: (path, bytesMax) => readEnd(disk, path, bytesMax),
    askHttp: (url, headers, signal) => network.askHttp(url, headers, signal),
    askTcp: (host, port, signal) => network.askTcp(host, port, signal),
  };
}

function applyFileAction(disk: HollowDisk, action: FileAction): void {
  switch (action.type) {
    case 'make-folder':
    case 'mount-memory':
    case 'sub-path':
      if (!disk.has(action.path)) disk.makeFolder(action.path);
      return;
    case 'host-path':
      // A hollow host has whatever a pod says that it has: what kind it would be is not known.
      if (!disk.has(action.path)) disk.makeFolder(action.path);
      return;
    case 'write-files':
      if (disk.read(action.path) !== undefined) throw new Error(`${action.path} is not a folder`);
      disk.remove(action.path);
      disk.makeFolder(action.path);
      for (const { path, bytes } of action.files) disk.write(`${action.path}/${path}`, bytes);
      return;
    case 'text-file':
      disk.write(action.path, action.text);
      return;
    case 'message-file':
      if (!disk.has(action.path)) disk.write(action.path, '');
      return;
  }
}

async function readEnd(disk: HollowDisk, path: string, bytesMax: number): Promise<string> {
  const text = disk.read(path);
  if (text === undefined) throw new Error(`no such file: ${path}`);
  const bytes = Buffer.from(text);
  return Promise.resolve(bytes.subarray(Math.max(0, bytes.length - bytesMax)).toString('utf8'));
}
