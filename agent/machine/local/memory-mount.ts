// Folders in memory (`emptyDir.medium: Memory`): a tmpfs where the agent may mount, else a plain folder, which the
// node says in a condition.
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Safe to repeat. */
export async function mountMemory(path: string, sizeBytes: number | undefined): Promise<void> {
  await mkdir(path, { recursive: true });
  if (process.getuid?.() === 0 && !(await mountsBelow(path)).includes(path)) {
    const size = sizeBytes === undefined ? '' : `,size=${String(sizeBytes)}`;
    await run('mount', ['-t', 'tmpfs', '-o', `mode=0777${size}`, 'tmpfs', path]);
  }
  await chmod(path, 0o777);
}

/** Undoes every mount at or below `path`, the deepest first. */
export async function unmountBelow(path: string): Promise<void> {
  for (const mount of (await mountsBelow(path)).toSorted((a, b) => b.length - a.length)) {
    await run('umount', [mount]);
  }
}

async function mountsBelow(path: string): Promise<string[]> {
  const table = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  return table
    .split('\n')
    .map((line) => unescapeOctal(line.split(' ')[1] ?? ''))
    .filter((mount) => mount === path || mount.startsWith(`${path}/`));
}

/** The kernel writes blanks in paths as `\040`. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
