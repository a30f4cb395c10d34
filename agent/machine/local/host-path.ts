// Files and folders of the node that a pod uses as they are.
import { mkdir, open, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import type { HostPathType } from '../../volumes/file-action.ts';

type Required = Exclude<HostPathType, '' | 'DirectoryOrCreate' | 'FileOrCreate'>;

const CHECKS: Readonly<Record<Required, { is: (stats: Stats) => boolean; name: string }>> = {
  Directory: { is: (stats) => stats.isDirectory(), name: 'a directory' },
  File: { is: (stats) => stats.isFile(), name: 'a file' },
  Socket: { is: (stats) => stats.isSocket(), name: 'a socket' },
  CharDevice: { is: (stats) => stats.isCharacterDevice(), name: 'a character device' },
  BlockDevice: { is: (stats) => stats.isBlockDevice(), name: 'a block device' },
};

/**
 * Checks what has to be there and makes what may be missing.
 *
 * @throws with a sentence for the user.
 */
export async function checkHostPath(volume: string, path: string, type: HostPathType): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  switch (type) {
    case '':
      // The engine refuses to mount what is missing; Kubernetes' engines make a folder.
      if (found === undefined) await mkdir(path, { recursive: true });
      return;
    case 'DirectoryOrCreate':
      if (found === undefined) await mkdir(path, { recursive: true });
      return check(volume, path, 'Directory', found ?? (await stat(path)));
    case 'FileOrCreate':
      if (found === undefined) await (await open(path, 'a', 0o644)).close();
      return check(volume, path, 'File', found ?? (await stat(path)));
    default:
      return check(volume, path, type, found);
  }
}

function check(volume: string, path: string, type: Required, found: Stats | undefined): void {
  const { is, name } = CHECKS[type];
  if (found !== undefined && is(found)) return;
  throw new Error(
    `MountVolume.SetUp failed for volume "${volume}" : hostPath type check failed: ${path} is not ${name}`,
  );
}
