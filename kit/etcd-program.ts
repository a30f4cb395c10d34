// Finds an etcd that is new enough. 3.4 and older have known watch and lease faults, so they are refused.
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { OperationalError } from './operational-error.ts';

/** The oldest etcd that is used. */
export const ETCD_VERSION_MIN = '3.5';

/** Environment variable that names the program. */
export const ETCD_VARIABLE = 'GANTRY_ETCD';

const VERSION_TIMEOUT_MS = 10_000;

/** Where to look, in this order: `program`, the variable in `env`, PATH in `env`, `<stateFolder>/bin/etcd`. */
export interface EtcdSearch {
  program?: string;
  env: Readonly<Record<string, string | undefined>>;
  stateFolder?: string;
}

/**
 * The path of the etcd to use. One that is named (by option or variable) has to be usable; others are tried in turn.
 *
 * @throws OperationalError `etcd-not-found` that says what was tried and why it will not do.
 */
export async function findEtcd(search: EtcdSearch): Promise<string> {
  const refusals: string[] = [];
  for (const candidate of candidates(search)) {
    const refusal = await whyUnusable(candidate);
    if (refusal === undefined) return candidate;
    refusals.push(`${candidate}: ${refusal}`);
  }
  throw new OperationalError(
    'etcd-not-found',
    `no etcd ${ETCD_VERSION_MIN} or newer found (${refusals.join('; ') || 'none on PATH'}); ` +
      `put one on PATH or name it in ${ETCD_VARIABLE}`,
  );
}

/** Programs to try. A named one stands alone. */
export function candidates(search: EtcdSearch): string[] {
  const named = search.program ?? search.env[ETCD_VARIABLE];
  if (named !== undefined && named !== '') return [named];
  const folders = (search.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  if (search.stateFolder !== undefined) folders.push(join(search.stateFolder, 'bin'));
  return folders.map((folder) => join(folder, 'etcd')).filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function whyUnusable(program: string): Promise<string | undefined> {
  const text = await versionText(program);
  if (text instanceof Error) return `cannot be run (${text.message.split('\n')[0] ?? ''})`;
  const version = /etcd Version: (\d+\.\d+)(\.\d+)?/.exec(text);
  if (version?.[1] === undefined) return 'does not tell its version';
  return isOlder(version[1], ETCD_VERSION_MIN) ? `is version ${version[1]}${version[2] ?? ''}` : undefined;
}

function versionText(program: string): Promise<string | Error> {
  return new Promise((resolve) => {
    execFile(program, ['--version'], { timeout: VERSION_TIMEOUT_MS }, (error, stdout) => {
      resolve(error ?? stdout);
    });
  });
}

/** Whether version `a` ("3.4") comes before `b`. */
export function isOlder(a: string, b: string): boolean {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor - bMajor < 0 || (aMajor === bMajor && aMinor < bMinor);
}
