// What is mounted below the state folder: an engine that has ended may leave the network namespace of containers on the
// host's network behind, and memory volumes outlive a killed agent. A folder with mounts in it cannot be removed.
import { readFileSync } from 'node:fs';
import { runProgram } from './run-program.ts';

/** Mount points at or below `folder`, the deepest first. Pure. @param text of `/proc/self/mounts`. */
export function mountsBelow(text: string, folder: string): string[] {
  return text
    .split('\n')
    .map((line) => unescaped(line.split(' ')[1] ?? ''))
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
}

/** The kernel writes blanks, tabs, line ends and backslashes as octal numbers. */
function unescaped(point: string): string {
  return point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/**
 * Takes away all mounts at or below `folder`.
 *
 * @throws OperationalError `program-failed`, for whoever may not unmount.
 */
export async function unmountBelow(folder: string): Promise<void> {
  for (const point of mountsBelow(readMounts(), folder)) await runProgram('umount', ['--lazy', point]);
}

/** Systems without it have nothing of ours mounted. */
function readMounts(): string {
  try {
    return readFileSync('/proc/self/mounts', 'utf8');
  } catch {
    return '';
  }
}
