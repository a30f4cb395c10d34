// What the engine holds for this node, asked for as rarely as possible: one list a look, one inspection a container
// and state. A container is inspected again only after an event named it or its state changed.
import type { ContainerInfo, ContainerInspectInfo } from 'dockerode';
import { detailsOf, infoOf, type ContainerDetails } from './container-state.ts';
import type { DeathCauses } from './death-causes.ts';
import type { Engine } from './engine.ts';
import { hasStatus } from './engine-error.ts';
import { LABEL, nodeFilter } from './labels.ts';
import { podNamePattern } from './names.ts';
import { createStartQueue } from './start-queue.ts';

/** A remembered look at the engine. */
export interface Directory {
  /**
   * Everything of this node, or of one pod: sandbox, containers and what else has its uid in the name.
   * Callers that ask the same within one turn of the event loop share one request.
   */
  list: (podUid?: string) => Promise<ContainerInfo[]>;
  /** With the cause of death, which an inspection may not know yet. @returns undefined when it has gone meanwhile. */
  details(info: ContainerInfo): Promise<ContainerDetails | undefined>;
  /** A list of one, or of none. */
  find(id: string): Promise<ContainerInfo[]>;
  /** A fresh look at one. @throws EngineError `not-found` */
  inspect(idOrName: string): Promise<ContainerInspectInfo>;
  /** Whether the sandbox came from the pool. */
  isPooled(sandboxId: string): Promise<boolean>;
  /** What is remembered of this container may be old. */
  forget(id: string): void;
  forgetAll(): void;
}

/** Inspections under way at once after a restart of the agent, when nothing is remembered. */
const INSPECTIONS_MAX = 8;

/** Remembers nothing beyond the containers that the last list held. */
export function createDirectory(engine: Engine, nodeName: string, causes: DeathCauses): Directory {
  const remembered = new Map<string, { state: string; details: ContainerDetails }>();
  const pooled = new Map<string, boolean>();
  const inspections = createStartQueue(INSPECTIONS_MAX);

  const inspect = async (idOrName: string): Promise<ContainerInspectInfo> => {
    const inspected = await engine.call(`inspect ${idOrName}`, (abortSignal) =>
      engine.docker.getContainer(idOrName).inspect({ abortSignal }),
    );
    remember(inspected);
    return inspected;
  };
  const remember = (inspected: ContainerInspectInfo): void => {
    remembered.set(inspected.Id, { state: inspected.State.Status, details: detailsOf(inspected) });
    notePooled(infoOf(inspected));
  };
  const notePooled = (info: ContainerInfo): void => {
    if (info.Labels[LABEL.kind] === 'sandbox') pooled.set(info.Id, info.Labels[LABEL.pooled] === 'true');
  };
  const listNow = async (podUid: string | undefined): Promise<ContainerInfo[]> => {
    const name = podUid === undefined ? {} : { name: [podNamePattern(podUid)] };
    const filters = { ...nodeFilter(nodeName), ...name };
    const infos = await engine.call('list containers', (abortSignal) =>
      engine.docker.listContainers({ all: true, filters, abortSignal } as object),
    );
    infos.forEach(notePooled);
    if (podUid !== undefined) return infos;
    keepOnly(remembered, infos);
    keepOnly(pooled, infos);
    return infos;
  };
  const list = oncePerTurn(listNow);
  const detailsNow = async (info: ContainerInfo): Promise<ContainerDetails | undefined> => {
    const known = remembered.get(info.Id);
    if (known?.state === info.State) return known.details;
    const found = await inspections.run(() => inspect(info.Id).catch(ignoreGone));
    return found && detailsOf(found);
  };

  return {
    list,
    async details(info) {
      const details = await detailsNow(info);
      return details && { ...details, oomKilled: await causes.ranOutOfMemory(info.Id, details) };
    },
    inspect,
    async find(id) {
      const inspected = await inspect(id).catch(ignoreGone);
      return inspected === undefined ? [] : [infoOf(inspected)];
    },
    async isPooled(sandboxId) {
      if (!pooled.has(sandboxId)) await inspect(sandboxId).catch(ignoreGone);
      return pooled.get(sandboxId) ?? false;
    },
    forget: (id) => void remembered.delete(id),
    forgetAll: () => {
      remembered.clear();
    },
  };
}

/** Callers of one turn of the event loop share one answer; none is ever older than its question. */
function oncePerTurn<T>(ask: (podUid: string | undefined) => Promise<T>): (podUid?: string) => Promise<T> {
  const pending = new Map<string, Promise<T>>();
  return (podUid) => {
    const key = podUid ?? '';
    const shared = pending.get(key);
    if (shared !== undefined) return shared;
    const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      pending.delete(key);
      return ask(podUid);
    });
    pending.set(key, answer);
    return answer;
  };
}

function ignoreGone(error: unknown): undefined {
  if (hasStatus(error, 404)) return undefined;
  throw error;
}

function keepOnly(map: Map<string, unknown>, infos: readonly ContainerInfo[]): void {
  const alive = new Set(infos.map((info) => info.Id));
  for (const id of map.keys()) if (!alive.has(id)) map.delete(id);
}
