// A few sandboxes made ahead. Most of the time that a pod takes to start goes into its network namespace; a pod that
// needs nothing of its own there gets a ready one.
import type { SandboxSpec, SandboxState } from '../runtime.ts';
import { ownersOfSandboxes, sandboxState } from './container-state.ts';
import { LABEL } from './labels.ts';
import { createFiller, type FillerDeps } from './pool-filler.ts';
import { handOut, provePooledSandbox, type PooledSandbox, type PooledSandboxDeps } from './pooled-sandbox.ts';
import type { SandboxSource } from './sandboxes.ts';

/** Ready sandboxes. Nothing happens before {@link WarmPool.look}. */
export interface WarmPool extends SandboxSource {
  /** Looks at what is there, adopts it, and begins to keep the pool full. */
  look(): Promise<void>;
  /** A start or removal began or ended. */
  noteActivity: () => void;
  /** A container of the node has died or been removed; mostly it is none of the pool's. */
  noteGone(containerId: string): void;
  /** Removes all ready ones: they are in a network that has to go. */
  empty(): Promise<void>;
  readonly ready: number;
  close: () => Promise<void>;
}

/** What the pool needs. */
export type WarmPoolDeps = PooledSandboxDeps & FillerDeps;

export function createWarmPool(deps: WarmPoolDeps): WarmPool {
  const ready: PooledSandbox[] = [];
  const { assignments, removals } = deps;
  const filler = createFiller(deps, ready);

  const look = async (): Promise<void> => {
    const found = await findPooled(deps);
    // What was handed out while we looked is not ready any more.
    ready.splice(0, ready.length, ...found.filter(({ id }) => assignments.podOf(id) === undefined));
  };

  return {
    get ready() {
      return ready.length;
    },
    look: () => filler.restart(look),
    noteActivity: filler.noteActivity,
    noteGone(containerId) {
      const index = ready.findIndex(({ id }) => id === containerId);
      if (index < 0) {
        filler.noteGone(containerId);
        return;
      }
      ready.splice(index, 1);
      void removals.sandbox(containerId).catch(() => undefined);
      filler.wake();
    },
    async empty() {
      const all = ready.splice(0);
      filler.wake();
      await Promise.all(all.map(({ id }) => removals.sandbox(id)));
    },
    async take(spec) {
      const held = await heldBy(deps, spec);
      if (held !== undefined) return held;
      const network = await deps.network();
      for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
        // Pods have begun to come: the next sandbox is made when they are through.
        filler.noteActivity();
        filler.wake();
        // Made before the pod network was there, or for one that has been replaced.
        if (next.network !== network) {
          void removals.sandbox(next.id).catch(() => undefined);
          continue;
        }
        const state = await handOut(deps, next, spec);
        if (state !== undefined) return state;
      }
      return undefined;
    },
    close: filler.close,
  };
}

/** The pooled sandbox that the pod has already. One that died is removed. */
async function heldBy(deps: WarmPoolDeps, { pod }: SandboxSpec): Promise<SandboxState | undefined> {
  const { assignments } = deps;
  const id = assignments.sandboxOf(pod.uid);
  if (id === undefined) return undefined;
  const [info] = await deps.directory.find(id);
  const state = info && sandboxState(info, pod);
  if (state?.running === true) return state;
  await deps.removals.sandbox(id);
  await assignments.release(id);
  return undefined;
}

/** What waits in the pool since an earlier run of the agent. What does not run any more is removed. */
async function findPooled(deps: WarmPoolDeps): Promise<PooledSandbox[]> {
  const { assignments, directory } = deps;
  await assignments.load();
  const infos = await directory.list();
  await assignments.keepOnly(new Set(infos.map((info) => info.Id)));
  const owners = ownersOfSandboxes(infos, assignments.podOf);
  const free = infos.filter(
    ({ Id: id, Labels: labels }) => labels[LABEL.pooled] === 'true' && !owners.has(id),
  );
  const adopted = free.map(async ({ Id: id }) => {
    try {
      return [await provePooledSandbox(deps, await directory.inspect(id))];
    } catch {
      await deps.removals.sandbox(id);
      return [];
    }
  });
  return (await Promise.all(adopted)).flat();
}
