// Shows a set of files in a folder, all changed at once. Readers go through one symbolic link, `..data`, which is
// swapped by a rename: they see all of the old files or all of the new ones, never a mixture or half a file.
// The layout is the one Kubernetes uses, since programs watch for it.
import {
  chmod,
  mkdir,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { VolumeFile } from '../../volumes/file-action.ts';

const DATA = '..data';
const DATA_NEW = '..data_tmp';

/** Safe to repeat; does nothing when the folder already shows these files. */
export async function writeFiles(folder: string, files: readonly VolumeFile[]): Promise<void> {
  const current = await readlink(join(folder, DATA)).catch(() => undefined);
  if (current !== undefined && (await isSame(join(folder, current), files))) {
    await linkNames(folder, files);
    return;
  }
  const generation = `..${String(nextGeneration(current))}`;
  await writeGeneration(join(folder, generation), files);
  await rm(join(folder, DATA_NEW), { force: true });
  await symlink(generation, join(folder, DATA_NEW));
  await rename(join(folder, DATA_NEW), join(folder, DATA));
  await linkNames(folder, files);
  await removeOldGenerations(folder, generation);
}

/** Generations are counted, so that the name needs neither clock nor chance. */
function nextGeneration(current: string | undefined): number {
  const count = Number(current?.slice(2) ?? 0);
  return Number.isSafeInteger(count) ? count + 1 : 1;
}

async function writeGeneration(folder: string, files: readonly VolumeFile[]): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  for (const file of files) {
    const path = join(folder, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.bytes);
    // The mode of writeFile is cut by the umask of the agent.
    await chmod(path, file.mode);
  }
}

/** Names at the top of the folder lead into the current generation; names that are gone lose their link. */
async function linkNames(folder: string, files: readonly VolumeFile[]): Promise<void> {
  const wanted = new Set(files.map((file) => file.path.split('/', 1)[0] ?? ''));
  const present = new Set((await readdir(folder)).filter((name) => !name.startsWith('..')));
  for (const name of wanted) {
    if (!present.has(name)) await symlink(join(DATA, name), join(folder, name));
  }
  for (const name of present) {
    if (!wanted.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function removeOldGenerations(folder: string, current: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const isGeneration = /^\.\.\d+$/.test(name);
    if (isGeneration && name !== current) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function isSame(folder: string, files: readonly VolumeFile[]): Promise<boolean> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (names?.filter((entry) => entry.isFile()).length !== files.length) return false;
  for (const file of files) {
    const path = join(folder, file.path);
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined || !bytes.equals(file.bytes)) return false;
    if (((await stat(path)).mode & 0o777) !== file.mode) return false;
  }
  return true;
}
