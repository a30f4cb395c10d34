// Finds what an engine or a proxy leaves running when it was killed: it is known by the folder that it was given or works in.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** What is started with paths below the folder of a host; a user's editor with a file of it open is none of them. */
const PROGRAM = /^(dockerd|containerd|containerd-shim.*|haproxy)$/;

/** Programs of engines and proxies that were given a path below this folder or work there, and all that descend from them: children first. */
export function processesOf(folder: string): number[] {
  const parents = new Map<number, number>();
  const found = new Set<number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const status = Number.isNaN(pid) ? undefined : readOr(`/proc/${name}/status`);
    if (status === undefined) continue;
    parents.set(pid, Number(/^PPid:\t(\d+)$/m.exec(status)?.[1] ?? 0));
    const argv = readOr(`/proc/${name}/cmdline`)?.split('\0') ?? [];
    if (!PROGRAM.test(basename(argv[0] ?? ''))) continue;
    if ([...argv, workingFolder(pid)].some((word) => word.includes(folder))) found.add(pid);
  }
  for (let grows = true; grows;) {
    const children = [...parents].filter(([pid, parent]) => found.has(parent) && !found.has(pid));
    for (const [pid] of children) found.add(pid);
    grows = children.length > 0;
  }
  return [...found].toReversed();
}

function workingFolder(pid: number): string {
  try {
    return `${readlinkSync(`/proc/${pid}/cwd`)}/`;
  } catch {
    return '';
  }
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
