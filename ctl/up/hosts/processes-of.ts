// Finds what an engine or a proxy leaves running when it was killed: it is known by the folder that it was given or works in.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** What is started with paths below the folder of a host; a user's editor with a file of it open is none of them. */
const PROGRAM = /^(dockerd|containerd|containerd-shim.*|haproxy)$/;

/** Programs of engines and proxies that were given a path below this folder or work there. */
export function programsOf(folder: string): number[] {
  return allPids().filter((pid) => {
    const argv = readOr(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
    if (!PROGRAM.test(basename(argv[0] ?? ''))) return false;
    return [...argv, workingFolder(pid)].some((word) => word.includes(folder));
  });
}

/** These programs, and all that descend from them: children first. */
export function processesOf(folder: string): number[] {
  const found = new Set(programsOf(folder));
  const parents = new Map(allPids().map((pid) => [pid, parentOf(pid)]));
  for (let grows = found.size > 0; grows;) {
    const children = [...parents].filter(([pid, parent]) => found.has(parent) && !found.has(pid));
    for (const [pid] of children) found.add(pid);
    grows = children.length > 0;
  }
  return [...found].toReversed();
}

function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function parentOf(pid: number): number {
  return Number(/^PPid:\t(\d+)$/m.exec(readOr(`/proc/${pid}/status`) ?? '')?.[1] ?? 0);
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
