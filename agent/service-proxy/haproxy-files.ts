// The folder of the service proxy on disk: configuration and maps as they run, the layout that they stand for, and the
// pid of the process. Thin; each file is replaced whole.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Slot } from './layout.ts';
import type { RenderedProxy } from './render-config.ts';
import { certificateName } from './routes/render-frontends.ts';
import type { Routing } from './routes/routing.ts';

export const CONFIG_FILE = 'haproxy.cfg';
export const PID_FILE = 'haproxy.pid';
export const MASTER_SOCKET = 'master.sock';
export const LOG_FILE = 'haproxy.log';
const CANDIDATE_FILE = 'haproxy.next.cfg';
const SLOTS_FILE = 'slots.json';

/** What cannot be asked of the process: which configuration it runs, and what its slots are for. */
export interface StoredSlots {
  generation: string;
  serviceCidr: string;
  slots: readonly Slot[];
  assigned: readonly (readonly [string, string])[];
  /** Absent in what an older agent wrote. */
  routing?: Routing;
  /** What datagrams may have been led to, as `address:port`; absent in what an older agent wrote. */
  targets?: readonly string[];
}

/** Writes maps and the configuration under the name that is checked first; returns that name. */
export async function writeCandidate(
  folder: string,
  { config, maps, certificates = new Map() }: RenderedProxy,
): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of certificates) await replaceFile(folder, certificateName(name), text);
  for (const [name, text] of Object.entries(maps)) await replaceFile(folder, name, text);
  await replaceFile(folder, CANDIDATE_FILE, config);
  return CANDIDATE_FILE;
}

/** What was checked is what runs from the next start or reload on. */
export async function promoteCandidate(folder: string): Promise<void> {
  await rename(join(folder, CANDIDATE_FILE), join(folder, CONFIG_FILE));
}

/** Private keys that nobody serves any more are not kept. */
export async function pruneCertificates(
  folder: string,
  { certificates = new Map() }: RenderedProxy,
): Promise<void> {
  const found = (await readdir(folder)).filter((name) => name.startsWith('cert-'));
  for (const name of found) if (!certificates.has(name)) await rm(join(folder, name), { force: true });
}

/** Keeps the files in step with what commands have changed. */
export async function writeInStep(folder: string, { config, maps }: RenderedProxy): Promise<void> {
  for (const [name, text] of Object.entries(maps)) await replaceFile(folder, name, text);
  await replaceFile(folder, CONFIG_FILE, config);
}

export async function writeSlots(folder: string, stored: StoredSlots): Promise<void> {
  await replaceFile(folder, SLOTS_FILE, JSON.stringify(stored));
}

/** Undefined when there are none, or none that can be read. */
export async function readSlots(folder: string): Promise<StoredSlots | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, SLOTS_FILE), 'utf8')) as StoredSlots;
  } catch {
    return undefined;
  }
}

export async function writePid(folder: string, pid: number): Promise<void> {
  await replaceFile(folder, PID_FILE, `${pid}\n`);
}

/** The pid that was recorded; the process may be gone. */
export async function readPid(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, PID_FILE), 'utf8').catch(() => '');
  return /^\d{1,9}\n$/.test(text) ? Number(text) : undefined;
}

async function replaceFile(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(`${path}.tmp`, text, { mode: 0o600 });
  await rename(`${path}.tmp`, path);
}
