// Sandboxes: made for one pod, or taken from the pool and renamed to it.
import { codeOf } from '@gantry/kit/operational-error';
import type { ContainerInspectInfo } from 'dockerode';
import type { SandboxSpec, SandboxState } from '../runtime.ts';
import { infoOf, sandboxState } from './container-state.ts';
import { createContainer } from './create-container.ts';
import type { Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import { EngineError, hasStatus } from './engine-error.ts';
import { LABEL } from './labels.ts';
import { sandboxName } from './names.ts';
import { removeByForce, START_TIMEOUT_MS } from './removal.ts';
import { fitsPooledSandbox, sandboxConfig, sandboxSpecHash } from './sandbox-config.ts';
import { startError } from './start-error.ts';
import type { StartQueue } from './start-queue.ts';

/** Where ready sandboxes come from. */
export interface SandboxSource {
  /** Takes one and makes it the pod's. @returns undefined when none is ready. */
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
  removals: StartQueue;
  pool: SandboxSource;
  pauseImage(): Promise<string>;
}

/** Tries to make room for a name: the holder is adopted or removed, and this often. */
const ATTEMPTS_MAX = 3;

export function createSandboxes(deps: SandboxDeps): Sandboxes {
  return {
    async list(podUid) {
      const infos = await deps.directory.list(podUid);
      const states = infos.flatMap((info) => sandboxState(info) ?? []);
      return states.filter((state) => podUid === undefined || state.pod.uid === podUid);
    },
    async create(spec) {
      const taken = fitsPooledSandbox(spec) ? await deps.pool.take(spec) : undefined;
      return taken ?? deps.starts.run(() => createOrAdopt(deps, spec, ATTEMPTS_MAX));
    },
    remove: (id) => deps.removals.run(() => removeByForce(deps.engine, id)),
  };
}

async function createOrAdopt(deps: SandboxDeps, spec: SandboxSpec, attempts: number): Promise<SandboxState> {
  const { engine } = deps;
  const config = sandboxConfig(spec, { nodeName: deps.nodeName, pauseImageId: await deps.pauseImage() });
  try {
    const id = await createContainer(engine, config);
    return await start(deps, id);
  } catch (error) {
    if (!hasStatus(error, 409) || attempts <= 1) throw startError(error);
    return (await adopt(deps, spec)) ?? createOrAdopt(deps, spec, attempts - 1);
  }
}

async function start(deps: SandboxDeps, id: string): Promise<SandboxState> {
  const { engine, directory } = deps;
  try {
    await engine.call(
      'start a sandbox',
      (abortSignal) => engine.docker.getContainer(id).start({ abortSignal }),
      { timeoutMs: START_TIMEOUT_MS },
    );
    return stateOf(await directory.inspect(id));
  } catch (error) {
    // Without an answer it may well run: the next try adopts it.
    if (codeOf(error) !== 'runtime-unavailable') await removeByForce(engine, id);
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
  const same = labels[LABEL.specHash] === sandboxSpecHash(spec) || labels[LABEL.pooled] === 'true';
  if (holder.State.Running && same && labels[LABEL.node] === deps.nodeName) return stateOf(holder);
  await removeByForce(deps.engine, holder.Id);
  return undefined;
}

/** @throws EngineError when it is no sandbox of a pod. */
export function stateOf(inspected: ContainerInspectInfo): SandboxState {
  const state = sandboxState(infoOf(inspected));
  if (state === undefined) throw new EngineError('engine-failed', `${inspected.Name} is no sandbox`);
  return state;
}
