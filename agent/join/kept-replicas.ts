// The replicas of the control plane that an agent has heard of, on disk: an agent that starts while the address that it was given
// leads nowhere still finds the others.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** `host:port` each; none when nothing was kept, or nothing that can be read. */
export function readKeptReplicas(file: string): string[] {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(kept) ? kept.filter(isServer) : [];
  } catch {
    return [];
  }
}

/** As a whole, or not at all. */
export function keepReplicas(file: string, replicas: readonly string[]): void {
  mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE });
  writeFileSync(`${file}.new`, `${JSON.stringify(replicas)}\n`, { mode: FILE_MODE });
  renameSync(`${file}.new`, file);
}

function isServer(text: unknown): text is string {
  return typeof text === 'string' && URL.canParse(`https://${text}`);
}
