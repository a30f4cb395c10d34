// What the runtime holds for each pod, kept in memory: filled by one list, then by what the agent itself does and by
// the runtime's events. A list that began before a change of our own is never believed over it.
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { messageOf } from '@gantry/kit/operational-error';
import type { ContainerState, Runtime, RuntimeEvent, SandboxState } from '../runtime/runtime.ts';

/** What a pod has. */
export interface PodRuntime {
  /** Newest first. */
  sandboxes: readonly SandboxState[];
  containers: readonly ContainerState[];
}

export interface RuntimeView {
  /** Fills the view and follows the runtime until the signal is aborted. Resolves once the view is filled. */
  start(signal: AbortSignal): Promise<void>;
  of(podUid: string): PodRuntime;
  podUids(): string[];
  noteContainer(state: ContainerState): void;
  noteSandbox(state: SandboxState): void;
  forgetContainer(podUid: string, id: string): void;
  forgetSandbox(podUid: string, id: string): void;
  /** Looks at one pod again; resolves when the view is as new as this call. Never rejects: it tries again later. */
  refresh(podUid: string): Promise<void>;
}

export interface RuntimeViewDeps {
  runtime: Pick<Runtime, 'listContainers' | 'listSandboxes' | 'watchEvents'>;
  clock: Clock;
  logger: Logger;
  /** Something of this pod has changed. */
  onChange(podUid: string): void;
}

interface Entry {
  sandboxes: Map<string, SandboxState>;
  containers: Map<string, ContainerState>;
  /** Counts our own changes. */
  version: number;
  /** What has died by an event while the engine's list may still say that it runs; and how often we looked since. */
  dying: Map<string, number>;
  /** The look that is under way, and the one that waits behind it. */
  looking?: Promise<void>;
  next?: Promise<void>;
}

const RETRY_MS = 1_000;
/** Docker tells of a death before its own list knows of it: look again, after this and then ever longer. */
const DEATH_LOOK_MS = 15;
const DEATH_LOOKS_MAX = 8;
/** Looks in a row at a pod that keeps changing under them; the change itself brings the next one. */
const LOOKS_MAX = 5;

export function createRuntimeView(deps: RuntimeViewDeps): RuntimeView {
  return new View(deps);
}

class View implements RuntimeView {
  readonly #deps: RuntimeViewDeps;
  readonly #entries = new Map<string, Entry>();

  constructor(deps: RuntimeViewDeps) {
    this.#deps = deps;
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#lookAtAll();
    void this.#deps.runtime
      .watchEvents(
        (event) => this.#onEvent(event),
        () => void this.#lookAtAll().catch((error: unknown) => this.#tryAllAgain(error, signal)),
        signal,
      )
      .catch((error: unknown) => {
        this.#deps.logger.error('the runtime cannot be followed', { error: messageOf(error) });
      });
  }

  #onEvent({ podUid, containerId, type }: RuntimeEvent): void {
    if (!this.#isNews(podUid, containerId, type)) return;
    const entry = this.#entry(podUid);
    if (type === 'die') entry.dying.set(containerId, 0);
    if (type === 'start') entry.dying.delete(containerId);
    void this.refresh(podUid);
  }

  of(podUid: string): PodRuntime {
    const entry = this.#entries.get(podUid);
    if (entry === undefined) return { sandboxes: [], containers: [] };
    const sandboxes = [...entry.sandboxes.values()].toSorted(
      (a, b) => Number(b.running) - Number(a.running) || b.createdAtMs - a.createdAtMs,
    );
    return { sandboxes, containers: [...entry.containers.values()] };
  }

  podUids(): string[] {
    return [...this.#entries]
      .filter(([, entry]) => entry.containers.size + entry.sandboxes.size > 0)
      .map(([uid]) => uid);
  }

  noteContainer(state: ContainerState): void {
    this.#change(state.pod.uid, (entry) => entry.containers.set(state.id, state));
  }

  noteSandbox(state: SandboxState): void {
    this.#change(state.pod.uid, (entry) => entry.sandboxes.set(state.id, state));
  }

  forgetContainer(podUid: string, id: string): void {
    this.#change(podUid, (entry) => entry.containers.delete(id));
  }

  forgetSandbox(podUid: string, id: string): void {
    this.#change(podUid, (entry) => entry.sandboxes.delete(id));
  }

  async refresh(podUid: string): Promise<void> {
    const entry = this.#entry(podUid);
    // A look under way may have been answered before what we were told of: wait for one that begins now.
    const begin = (): Promise<void> => {
      delete entry.next;
      entry.looking = this.#look(podUid, entry).finally(() => {
        delete entry.looking;
      });
      return entry.looking;
    };
    if (entry.looking === undefined) return begin();
    entry.next ??= entry.looking.then(begin);
    return entry.next;
  }

  async #look(podUid: string, entry: Entry): Promise<void> {
    try {
      for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
        const { version } = entry;
        const [sandboxes, containers] = await Promise.all([
          this.#deps.runtime.listSandboxes(podUid),
          this.#deps.runtime.listContainers(podUid),
        ]);
        if (entry.version !== version) continue;
        this.#take(podUid, entry, sandboxes, containers);
        return;
      }
    } catch (error) {
      this.#deps.logger.warn('cannot look at a pod in the runtime', { podUid, error: messageOf(error) });
      this.#deps.clock.schedule(RETRY_MS, () => void this.refresh(podUid));
    }
  }

  async #lookAtAll(): Promise<void> {
    const versions = new Map([...this.#entries].map(([uid, entry]) => [uid, entry.version]));
    const { runtime } = this.#deps;
    const [sandboxes, containers] = await Promise.all([runtime.listSandboxes(), runtime.listContainers()]);
    const uids = new Set([
      ...this.#entries.keys(),
      ...[...sandboxes, ...containers].map((one) => one.pod.uid),
    ]);
    for (const uid of uids) {
      const entry = this.#entry(uid);
      if (entry.version === (versions.get(uid) ?? 0)) this.#take(uid, entry, sandboxes, containers);
      else void this.refresh(uid);
    }
  }

  #tryAllAgain(error: unknown, signal: AbortSignal): void {
    this.#deps.logger.warn('cannot list what the runtime holds', { error: messageOf(error) });
    this.#deps.clock.schedule(RETRY_MS, () => {
      if (!signal.aborted) void this.#lookAtAll().catch((next: unknown) => this.#tryAllAgain(next, signal));
    });
  }

  #take(
    podUid: string,
    entry: Entry,
    sandboxes: readonly SandboxState[],
    containers: readonly ContainerState[],
  ): void {
    entry.sandboxes = byId(sandboxes.filter((one) => one.pod.uid === podUid));
    entry.containers = byId(containers.filter((one) => one.pod.uid === podUid));
    this.#lookAgainAtDying(podUid, entry);
    if (entry.sandboxes.size + entry.containers.size === 0 && entry.next === undefined) {
      this.#entries.delete(podUid);
    }
    this.#deps.onChange(podUid);
  }

  #lookAgainAtDying(podUid: string, entry: Entry): void {
    for (const [id, looks] of entry.dying) {
      const runs =
        entry.containers.get(id)?.status === 'running' || entry.sandboxes.get(id)?.running === true;
      if (!runs || looks >= DEATH_LOOKS_MAX) {
        entry.dying.delete(id);
        continue;
      }
      entry.dying.set(id, looks + 1);
      this.#deps.clock.schedule(DEATH_LOOK_MS * 2 ** looks, () => void this.refresh(podUid));
    }
  }

  /** Starts and removals of our own are, or will be, in the view without a look. */
  #isNews(podUid: string, id: string, type: 'start' | 'die' | 'oom' | 'destroy'): boolean {
    const entry = this.#entries.get(podUid);
    const container = entry?.containers.get(id);
    const sandbox = entry?.sandboxes.get(id);
    switch (type) {
      case 'oom':
        // Mostly it comes before the death, which then tells; one that comes after changes what is known.
        return container?.status === 'exited';
      case 'die':
        return true;
      case 'destroy':
        return container !== undefined || sandbox !== undefined;
      case 'start':
        // Somebody else has started again what had ended.
        return container?.status === 'exited' || sandbox?.running === false;
    }
  }

  #change(podUid: string, change: (entry: Entry) => unknown): void {
    const entry = this.#entry(podUid);
    entry.version += 1;
    change(entry);
    this.#deps.onChange(podUid);
  }

  #entry(podUid: string): Entry {
    const known = this.#entries.get(podUid);
    if (known !== undefined) return known;
    const entry: Entry = { sandboxes: new Map(), containers: new Map(), version: 0, dying: new Map() };
    this.#entries.set(podUid, entry);
    return entry;
  }
}

function byId<T extends { id: string }>(states: readonly T[]): Map<string, T> {
  return new Map(states.map((state) => [state.id, state]));
}
