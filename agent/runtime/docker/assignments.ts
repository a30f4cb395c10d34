// Who has which sandbox of the pool. A pooled container cannot be relabelled, and renaming it would take locks of the
// engine in an order that can stop some engines for good (see docs/design/runtime.md), so each hand-out is a small file.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PodIdentity } from '../runtime.ts';

/** Pooled sandboxes that belong to pods. Kept in memory; the files are for the next run of the agent. */
export interface Assignments {
  /** Reads what an earlier run left. Safe to repeat: only the first call reads. */
  load(): Promise<void>;
  podOf: (sandboxId: string) => PodIdentity | undefined;
  sandboxOf(podUid: string): string | undefined;
  /** In memory, at once. */
  reserve(sandboxId: string, pod: PodIdentity): void;
  /** Makes a reservation last beyond this run; not beyond a power cut, which no container outlives either. */
  keep(sandboxId: string): Promise<void>;
  release(sandboxId: string): Promise<void>;
  /** Forgets all but these sandboxes. */
  keepOnly(sandboxIds: ReadonlySet<string>): Promise<void>;
}

const FOLDER = 'sandboxes';
const SUFFIX = '.json';

/** @param stateFolder the node's own. */
export function createAssignments(stateFolder: string): Assignments {
  const folder = join(stateFolder, FOLDER);
  const pods = new Map<string, PodIdentity>();
  let loading: Promise<void> | undefined;
  const fileOf = (sandboxId: string): string => join(folder, `${sandboxId}${SUFFIX}`);
  const release = async (sandboxId: string): Promise<void> => {
    if (pods.delete(sandboxId)) await rm(fileOf(sandboxId), { force: true });
  };
  return {
    load: () => (loading ??= read(folder, pods)),
    podOf: (sandboxId) => pods.get(sandboxId),
    sandboxOf: (podUid) => [...pods].find(([, pod]) => pod.uid === podUid)?.[0],
    reserve: (sandboxId, pod) => {
      pods.set(sandboxId, pod);
    },
    async keep(sandboxId) {
      const file = fileOf(sandboxId);
      await writeFile(`${file}.tmp`, JSON.stringify(pods.get(sandboxId)));
      await rename(`${file}.tmp`, file);
    },
    release,
    async keepOnly(sandboxIds) {
      await Promise.all([...pods.keys()].filter((id) => !sandboxIds.has(id)).map(release));
    },
  };
}

/** A file that cannot be read is none: its sandbox is then known by the containers in it, or free. */
async function read(folder: string, pods: Map<string, PodIdentity>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (!name.endsWith(SUFFIX)) continue;
    const pod = parse(await readFile(join(folder, name), 'utf8').catch(() => ''));
    if (pod !== undefined) pods.set(name.slice(0, -SUFFIX.length), pod);
  }
}

function parse(text: string): PodIdentity | undefined {
  try {
    const { namespace, name, uid } = JSON.parse(text) as Partial<PodIdentity>;
    return namespace && name && uid ? { namespace, name, uid } : undefined;
  } catch {
    return undefined;
  }
}
