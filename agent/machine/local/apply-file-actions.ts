// Does what a volume plan says. Every action is safe to repeat; failures are OperationalErrors whose message is for
// the user.
import { chmod, mkdir, open, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { OperationalError, messageOf } from '@gantry/kit/operational-error';
import type { FileAction } from '../../volumes/file-action.ts';
import { checkHostPath } from './host-path.ts';
import { mountMemory, unmountBelow } from './memory-mount.ts';
import { writeFiles } from './write-files.ts';

/** @throws OperationalError `volume-failed` */
export async function applyFileActions(actions: readonly FileAction[]): Promise<void> {
  for (const action of actions) {
    try {
      await applyAction(action);
    } catch (error) {
      throw new OperationalError('volume-failed', messageOf(error), { cause: error });
    }
  }
}

/** Removes a pod's folder with all that it holds, folders in memory included. */
export async function removePodFolder(path: string): Promise<void> {
  await unmountBelow(path);
  await rm(path, { recursive: true, force: true });
}

async function applyAction(action: FileAction): Promise<void> {
  switch (action.type) {
    case 'make-folder':
      await mkdir(action.path, { recursive: true });
      // The mode of mkdir is cut by the umask of the agent.
      await chmod(action.path, action.mode);
      return;
    case 'mount-memory':
      return mountMemory(action.path, action.sizeBytes);
    case 'host-path':
      return checkHostPath(action.volume, action.path, action.hostPathType);
    case 'write-files':
      return writeFiles(action.path, action.files);
    case 'sub-path':
      return makeSubPath(action.root, action.path);
    case 'text-file':
      return writeTextFile(action.path, action.text, action.mode);
    case 'message-file':
      return makeMessageFile(action.path);
  }
}

/** A container may have put a symbolic link where the sub-path leads: it must not open the node to it. */
async function makeSubPath(root: string, path: string): Promise<void> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (!exists) await mkdir(await inside(root, path), { recursive: true, mode: 0o755 });
  await inside(root, path);
}

/** The nearest existing part of `path`, resolved, has to be below `root`. */
async function inside(root: string, path: string): Promise<string> {
  const realRoot = await realpath(root);
  for (let part = path; part.length >= root.length; part = dirname(part)) {
    const real = await realpath(part).catch(() => undefined);
    if (real === undefined) continue;
    if (real === realRoot || real.startsWith(`${realRoot}${sep}`)) return path;
    throw new Error(`subPath ${path} leads out of its volume`);
  }
  return path;
}

/** In place, since a mount holds the file itself; and seldom, since a reader may see half of it. */
async function writeTextFile(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const current = await readFile(path, 'utf8').catch(() => undefined);
  if (current !== text) await writeFile(path, text);
  await chmod(path, mode);
}

/** Whatever user the container runs as has to be able to write it. */
async function makeMessageFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a');
  try {
    await file.chmod(0o666);
  } finally {
    await file.close();
  }
}
