// Stock kubectl on this machine, in the versions that are supported. A machine may well have none.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A kubectl of a known version. */
export interface Kubectl {
  path: string;
  /** Of `1.minor`. */
  minor: number;
}

const OLDEST_MINOR = 29;
const NEWEST_MINOR = 33;

/** All versions found on PATH and beside the first `kubectl` there, oldest first, one of each. */
export function findKubectls(path = process.env['PATH'] ?? ''): readonly Kubectl[] {
  const folders = path.split(':').filter((folder) => folder !== '' && existsSync(folder));
  const first = folders.map((folder) => join(folder, 'kubectl')).find(existsSync);
  const beside = first === undefined ? [] : [dirname(realpathSync(first))];
  const found = new Map<number, Kubectl>();
  for (const file of [...new Set([...folders, ...beside])].flatMap(programsIn)) {
    const minor = minorOf(file);
    if (minor !== undefined && !found.has(minor)) found.set(minor, { path: file, minor });
  }
  return [...found.values()]
    .filter(({ minor }) => minor >= OLDEST_MINOR && minor <= NEWEST_MINOR)
    .sort((a, b) => a.minor - b.minor);
}

function programsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^kubectl(\.1\.\d+)?$/.test(name))
    .sort((a, b) => b.length - a.length)
    .map((name) => join(folder, name));
}

function minorOf(path: string): number | undefined {
  const named = /\.1\.(\d+)$/.exec(path)?.[1];
  if (named !== undefined) return Number(named);
  try {
    const text = execFileSync(path, ['version', '--client'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const minor = /v1\.(\d+)\./.exec(text)?.[1];
    return minor === undefined ? undefined : Number(minor);
  } catch {
    return undefined;
  }
}
