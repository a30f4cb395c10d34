// The disk of a hollow machine: contents by path, in memory. It outlives the agent and a reboot, as a disk does.

export interface HollowDisk {
  /** Makes or replaces a file. */
  write(path: string, content: string | Uint8Array): void;
  /** Undefined for what is no file. */
  read(path: string): string | undefined;
  makeFolder(path: string): void;
  /** Whether there is a file or a folder. */
  has(path: string): boolean;
  /** Names directly below a folder. */
  list(path: string): string[];
  /** Removes a file, or a folder with all that it holds. */
  remove(path: string): void;
}

const FOLDER = Symbol('folder');

export function createHollowDisk(): HollowDisk {
  const entries = new Map<string, string | Uint8Array | typeof FOLDER>();
  return {
    write: (path, content) => void entries.set(path, content),
    read(path) {
      const found = entries.get(path);
      if (found === undefined || found === FOLDER) return undefined;
      return typeof found === 'string' ? found : Buffer.from(found).toString('utf8');
    },
    makeFolder: (path) => void entries.set(path, FOLDER),
    has: (path) => entries.has(path),
    list(path) {
      const names = [...entries.keys()]
        .filter((one) => one.startsWith(`${path}/`))
        .map((one) => one.slice(path.length + 1).split('/', 1)[0] ?? '');
      return [...new Set(names)];
    },
    remove(path) {
      for (const one of entries.keys()) if (one === path || one.startsWith(`${path}/`)) entries.delete(one);
    },
  };
}
