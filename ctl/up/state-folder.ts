// What a state folder holds. Only what Gantry makes in it is ever taken away, and no folder of others becomes one.
import { existsSync, readdirSync } from 'node:fs';
import { firstFew } from '@gantry/kit/first-few';
import { CliError, EXIT } from '../command.ts';
import type { Home } from '../home.ts';

/** All that Gantry puts into one, at its top. */
const OWN_ENTRIES: ReadonlySet<string> = new Set([
  ...['agents', 'bin', 'cluster-range', 'docker', 'etcd', 'hosts', 'kubeconfig', 'logs', 'pki', 'run'],
  // Of a host that this machine plays.
  'docker.sock',
]);
/** Names that a sentence about a folder or a network has room for. */
export const SHOWN_MAX = 3;

/** What is in it, at the top. */
export interface StateEntries {
  own: readonly string[];
  /** What somebody else has put there. */
  foreign: readonly string[];
}

/** Nothing where there is no such folder. */
export function stateEntries({ root }: Home): StateEntries {
  const all = existsSync(root) ? readdirSync(root).toSorted() : [];
  return {
    own: all.filter((entry) => OWN_ENTRIES.has(entry)),
    foreign: all.filter((entry) => !OWN_ENTRIES.has(entry)),
  };
}

/** Whether all that has a name of ours in it is ours: nobody else's things were there when it was made. */
export function isStateFolder(home: Home): boolean {
  const { own, foreign } = stateEntries(home);
  return own.length > 0 && (foreign.length === 0 || existsSync(home.run) || existsSync(home.joinToken));
}

/** @throws CliError when the folder is there and is somebody else's. */
export function refuseForeignFolder(home: Home): void {
  const { foreign } = stateEntries(home);
  if (foreign.length === 0 || isStateFolder(home)) return;
  throw new CliError(`${home.root} cannot be the state folder: it holds ${firstFew(foreign, SHOWN_MAX)}.`, {
    exitCode: EXIT.usage,
    nextStep: 'Name a new or an empty folder with GANTRY_HOME (for `gantry agent`: --state-folder).',
  });
}
