// Containers of pods: made and started in one go, adopted when they are there already, stopped and removed.
import { codeOf } from '@gantry/kit/operational-error';
import type { ContainerInspectInfo } from 'dockerode';
import type { ContainerSpec, ContainerState } from '../runtime.ts';
import { containerConfig } from './container-config.ts';
import { containerState, detailsOf, infoOf } from './container-state.ts';
import { createContainer } from './create-container.ts';
import type { Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import { EngineError, hasStatus } from './engine-error.ts';
import type { HostnameSetter } from './hostname-setter.ts';
import { LABEL } from './labels.ts';
import { containerName } from './names.ts';
import { START_TIMEOUT_MS, type Removals } from './removal.ts';
import { hostnameOf } from './sandbox-config.ts';
import { startError } from './start-error.ts';
import type { StartQueue } from './start-queue.ts';
import { stopContainer } from './stop-container.ts';

/** The container half of a runtime. */
export interface Containers {
  list: (podUid?: string) => Promise<ContainerState[]>;
  start: (spec: ContainerSpec) => Promise<ContainerState>;
  stop: (id: string, graceSeconds: number) => Promise<void>;
  remove: (id: string) => Promise<void>;
}

/** What the containers need. */
export interface ContainerDeps {
  engine: Engine;
  nodeName: string;
  directory: Directory;
  starts: StartQueue;
  removals: Removals;
  hostnames: HostnameSetter;
}

const ATTEMPTS_MAX = 3;

export function createContainers(deps: ContainerDeps): Containers {
  const { engine, directory } = deps;
  return {
    async list(podUid) {
      const listed = await directory.list(podUid);
      const infos = listed.filter(
        ({ Labels: labels }) =>
          labels[LABEL.kind] !== 'sandbox' && (podUid === undefined || labels[LABEL.podUid] === podUid),
      );
      const states = infos.map(async (info) => {
        const details = await directory.details(info);
        return details && containerState(info, details);
      });
      return (await Promise.all(states)).filter((state) => state !== undefined);
    },
    start: (spec) => deps.starts.run(() => startOrAdopt(deps, spec, ATTEMPTS_MAX)),
    stop: (id, graceSeconds) => stopContainer(engine, id, graceSeconds),
    remove: deps.removals.container,
  };
}

async function startOrAdopt(
  deps: ContainerDeps,
  spec: ContainerSpec,
  attempts: number,
): Promise<ContainerState> {
  const { engine } = deps;
  const pooled = await deps.directory.isPooled(spec.sandboxId);
  const config = containerConfig(spec, { nodeName: deps.nodeName, pooled });
  try {
    const id = await createContainer(engine, config);
    return await start(deps, spec, id, pooled);
  } catch (error) {
    if (!hasStatus(error, 409) || attempts <= 1) throw startError(error);
    return (await adopt(deps, spec, pooled)) ?? startOrAdopt(deps, spec, attempts - 1);
  }
}

/** What did not start is removed: its reason is in the error, and the next try is a container of its own. */
async function start(
  deps: ContainerDeps,
  spec: ContainerSpec,
  id: string,
  pooled: boolean,
): Promise<ContainerState> {
  const { engine, directory } = deps;
  const naming = pooled ? deps.hostnames.watch(id, hostnameOf(spec.hostname)) : undefined;
  try {
    await engine.call(
      'start a container',
      (abortSignal) => engine.docker.getContainer(id).start({ abortSignal }),
      { timeoutMs: START_TIMEOUT_MS },
    );
    const inspected = await directory.inspect(id);
    await naming?.settle(inspected.State.Pid);
    return stateOf(inspected);
  } catch (error) {
    naming?.cancel();
    // Without an answer it may well run: the next try adopts it.
    if (codeOf(error) !== 'runtime-unavailable') await deps.removals.container(id);
    throw startError(error);
  }
}

/** Takes over the holder of the name. @returns undefined when it was another wish's, and has been removed. */
async function adopt(
  deps: ContainerDeps,
  spec: ContainerSpec,
  pooled: boolean,
): Promise<ContainerState | undefined> {
  const name = containerName(spec.pod, spec.name, spec.attempt);
  const holder = await deps.directory.inspect(name).catch((error: unknown) => {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  });
  if (holder === undefined) return undefined;
  const { Labels: labels } = holder.Config;
  const same =
    labels[LABEL.specHash] === spec.specHash &&
    labels[LABEL.sandbox] === spec.sandboxId &&
    labels[LABEL.node] === deps.nodeName;
  if (same && holder.State.Status === 'created') return start(deps, spec, holder.Id, pooled);
  if (same) return stateOf(holder);
  await deps.removals.container(holder.Id);
  return undefined;
}

function stateOf(inspected: ContainerInspectInfo): ContainerState {
  const state = containerState(infoOf(inspected), detailsOf(inspected));
  if (state === undefined)
    throw new EngineError('engine-failed', `${inspected.Name} is no container of a pod`);
  return state;
}
