// All that an agent does to its machine beside running containers: the one door to the operating system. Two sides of
// it: the machine that the agent runs on (`local/`), and one in memory (`hollow/`).
import type { Answer } from '../probes/answer.ts';
import type { RuntimeInfo } from '../runtime/runtime.ts';
import type { FileAction } from '../volumes/file-action.ts';

/** Facts that do not change while the agent runs. */
export interface MachineFacts {
  machineId: string;
  systemUuid: string;
  bootId: string;
  /** Address at which the node is reached. */
  address: string;
  isRoot: boolean;
  /** The text by which the machine resolves names; absent where it does not tell. */
  resolvConf?: string;
  /** What the machine tells of itself; stands in for an engine that does not answer. */
  system: RuntimeInfo;
}

/** Facts that change. Undefined where the machine does not tell. */
export interface MachineLoad {
  memoryAvailableBytes?: number;
  diskFreeBytes?: number;
  diskTotalBytes?: number;
  processes?: number;
  processesMax?: number;
}

/** Use of the whole machine. */
export interface MachineUsage {
  /** Over the time since the last reading (since the machine started, at first), in thousandths of a core. */
  cpuMilli: number;
  /** What could not be given to a new program without swapping. */
  memoryBytes: number;
  atMs: number;
}

/** JSON values by name that survive the agent. Writes are gathered beside the real work; the last value wins. */
export interface DurableFolder {
  /** Every value, in no order. What cannot be read is set aside and logged. */
  load(): Promise<Map<string, unknown>>;
  /** Will be written soon. @param name letters, digits, `-`, `_` and `.` only. */
  put(name: string, value: unknown): void;
  remove(name: string): void;
  /** Resolves once all that was put or removed before is on disk, or has failed and been logged. */
  flush(): Promise<void>;
}

/** What a checkpoint is kept of. */
export type CheckpointName = 'pods' | 'sources' | 'services' | 'routes' | 'splits' | 'certificates' | 'flags';

export interface Machine {
  /** Absolute; each pod has a folder below, named by its uid. Containers mount what is in it. */
  readonly podsFolder: string;
  /** Makes what the agent needs to be there. Call once, first. */
  prepare(): Promise<void>;
  facts(): Promise<MachineFacts>;
  load(): Promise<MachineLoad>;
  /** Undefined on a machine that does not tell. */
  usage(): MachineUsage | undefined;
  /** One agent at a time has it open. */
  checkpoint(name: CheckpointName): DurableFolder;
  /** Since when the oldest change of each checkpoint that was opened waits to be written; undefined when none does. */
  unwritten?(): ReadonlyMap<CheckpointName, number | undefined>;
  /** Safe to repeat. @throws OperationalError `volume-failed` whose message is for the user. */
  applyFileActions(actions: readonly FileAction[]): Promise<void>;
  /** Uids of the pods that have a folder. */
  podFolders(): Promise<string[]>;
  /** With all that it holds, folders in memory included. Safe to repeat. */
  removePodFolder(uid: string): Promise<void>;
  /** The last bytes of a file as text. @throws when there is no such file. */
  readEnd(path: string, bytesMax: number): Promise<string>;
  /** @param signal aborted when the deadline is over or nobody wants the answer any more. */
  askHttp(
    url: string,
    headers: readonly { name: string; value: string }[],
    signal: AbortSignal,
  ): Promise<Answer>;
  /** Whether somebody listens. */
  askTcp(host: string, port: number, signal: AbortSignal): Promise<Answer>;
}
