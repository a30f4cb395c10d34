// What has to be done to the file system for a pod's volumes, as plain data.

/** One file of a volume that is filled from the API. */
export interface VolumeFile {
  /** Relative, without `..`. */
  path: string;
  bytes: Uint8Array;
  /** Permission bits. */
  mode: number;
}

export type HostPathType =
  '' | 'DirectoryOrCreate' | 'Directory' | 'FileOrCreate' | 'File' | 'Socket' | 'CharDevice' | 'BlockDevice';

/** All are safe to repeat. Paths are absolute on the node. */
export type FileAction =
  | { type: 'make-folder'; path: string; mode: number }
  /** A folder in memory; a plain one where the agent may not mount. */
  | { type: 'mount-memory'; path: string; sizeBytes?: number }
  | { type: 'host-path'; volume: string; path: string; hostPathType: HostPathType }
  /** Shows exactly these files, all changed at once. */
  | { type: 'write-files'; path: string; files: readonly VolumeFile[] }
  /** Makes a missing folder below a volume; refuses to leave the volume through a symbolic link. */
  | { type: 'sub-path'; root: string; path: string }
  /** This text, written over what is there, so that containers that have the file see it. */
  | { type: 'text-file'; path: string; text: string; mode: number }
  /** An empty file that the container may write. */
  | { type: 'message-file'; path: string };
