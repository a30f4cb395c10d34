// Where the kernel keeps a process's control groups, for both versions of them. Pure.

/** Where control groups are mounted on every distribution that Docker supports. */
const ROOT = '/sys/fs/cgroup';

/** Folders of one container's control groups. Version 2 has a single one for everything. */
export interface CgroupFolders {
  version: 1 | 2;
  memory: string;
  cpu: string;
}

/**
 * Reads the text of `/proc/<pid>/cgroup`.
 *
 * @returns undefined when memory or CPU time are not accounted for.
 */
export function cgroupFoldersOf(text: string): CgroupFolders | undefined {
  const paths = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, controllers = '', path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    for (const controller of controllers.split(',')) paths.set(controller, path);
  }
  const memory = paths.get('memory');
  const cpu = paths.get('cpuacct');
  if (memory !== undefined && cpu !== undefined) {
    return { version: 1, memory: `${ROOT}/memory${memory}`, cpu: `${ROOT}/cpuacct${cpu}` };
  }
  const unified = paths.get('');
  if (unified === undefined) return undefined;
  return { version: 2, memory: `${ROOT}${unified}`, cpu: `${ROOT}${unified}` };
}

/** The same folder for another container of the same engine. @returns undefined when the ID is not in the path. */
export function folderOfSibling(folder: string, id: string, siblingId: string): string | undefined {
  return folder.includes(id) ? folder.replace(id, siblingId) : undefined;
}
