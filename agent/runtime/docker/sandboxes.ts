// Sandboxes: made for one pod, or taken from the pool.
import { codeOf } from '@gantry/kit/operational-error';
import type { SandboxSpec, SandboxState } from '../runtime.ts';
import type { Assignments } from './assignments.ts';
import { infoOf, ownersOfSandboxes, sandboxState } from './container-state.ts';
import { createContainer } from './create-container.ts';
import type { Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import { hasStatus } from './engine-error.ts';
import { LABEL } from './labels.ts';
import { sandboxName } from './names.ts';
import { START_TIMEOUT_MS, type Removals } from './removal.ts';
import { fitsPooledSandbox, sandboxConfig, sandboxSpecHash } from './sandbox-config.ts';
import { startError } from './start-error.ts';
import type { StartQueue } from './start-queue.ts';

/** Where ready sandboxes come from. */
export interface SandboxSource {
  /** The one that the pod has already, or a ready one that is now the pod's. @returns undefined when there is none. */
  take(spec: SandboxSpec): Promise<SandboxState | undefined>;
}

/** The sandbox half of a runtime. */
export interface Sandboxes {
  list: (podUid?: string) => Promise<SandboxState[]>;
  create: (spec: SandboxSpec) => Promise<SandboxState>;
  remove: (id: string) => Promise<void>;
}

/** What the sandboxes need. */
export interface SandboxDeps {
  engine: Engine;
  nodeName: string;
  directory: Directory;
  /** Shared by all starts of the node. */
  starts: StartQueue;
  removals: Removals;
  assignments: Assignments;
  pool: SandboxSource;
  pauseImage(): Promise<string>;
  /** @throws OperationalError `network-not-ready` */
  network(): Promise<string>;
}

/** Tries to make room for a name: the holder is adopted or removed, and this often. */
const ATTEMPTS_MAX = 3;

export function createSandboxes(deps: SandboxDeps): Sandboxes {
  const { assignments, directory, removals } = deps;
  return {
    async list(podUid) {
      await assignments.load();
      const assigned = podUid === undefined ? undefined : assignments.sandboxOf(podUid);
      const infos = await (assigned === undefined ? directory.list(podUid) : directory.find(assigned));
      const owners = ownersOfSandboxes(infos, assignments.podOf);
      const states = infos.flatMap((info) => {
        const pod = owners.get(info.Id);
        return pod === undefined ? [] : [sandboxState(info, pod)];
      });
      return states.filter((state) => podUid === undefined || state.pod.uid === podUid);
    },
    async create(spec) {
      await assignments.load();
      const taken = fitsPooledSandbox(spec) ? await deps.pool.take(spec) : undefined;
      if (taken !== undefined) return taken;
      // A pod in the node's own network waits for no other; who waits holds up nobody in the queue.
      const network = spec.hostNetwork ? '' : await deps.network();
      return deps.starts.run(() => createOrAdopt(deps, spec, network, ATTEMPTS_MAX));
    },
    async remove(id) {
      await removals.sandbox(id);
      await assignments.release(id);
    },
  };
}

async function createOrAdopt(
  deps: SandboxDeps,
  spec: SandboxSpec,
  network: string,
  attempts: number,
): Promise<SandboxState> {
  const { engine } = deps;
  const frame = { nodeName: deps.nodeName, pauseImageId: await deps.pauseImage(), network };
  const config = sandboxConfig(spec, frame);
  try {
    const id = await createContainer(engine, config);
    return await start(deps, spec, id);
  } catch (error) {
    if (!hasStatus(error, 409) || attempts <= 1) throw startError(error);
    return (await adopt(deps, spec)) ?? createOrAdopt(deps, spec, network, attempts - 1);
  }
}

async function start(deps: SandboxDeps, spec: SandboxSpec, id: string): Promise<SandboxState> {
  const { engine, directory } = deps;
  try {
    await engine.call(
      'start a sandbox',
      (abortSignal) => engine.docker.getContainer(id).start({ abortSignal }),
      { timeoutMs: START_TIMEOUT_MS },
    );
    return sandboxState(infoOf(await directory.inspect(id)), spec.pod);
  } catch (error) {
    // Without an answer it may well run: the next try adopts it.
    if (codeOf(error) !== 'runtime-unavailable') await deps.removals.sandbox(id);
    throw startError(error);
  }
}

/** Takes over the holder of the pod's name. @returns undefined when it was of no use, and has been removed. */
async function adopt(deps: SandboxDeps, spec: SandboxSpec): Promise<SandboxState | undefined> {
  const holder = await deps.directory.inspect(sandboxName(spec.pod)).catch((error: unknown) => {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  });
  if (holder === undefined) return undefined;
  const { Labels: labels } = holder.Config;
  const same = labels[LABEL.specHash] === sandboxSpecHash(spec) && labels[LABEL.node] === deps.nodeName;
  if (holder.State.Running && same) return sandboxState(infoOf(holder), spec.pod);
  await deps.removals.sandbox(holder.Id);
  return undefined;
}
