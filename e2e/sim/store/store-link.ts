// A control plane's connection to etcd: the real semantics of the store behind it, with time, silence and doubt in
// between. Also the place where a process may die just before or just after a write.
import { onAbort } from '@gantry/kit/on-abort';
import { OperationalError } from '@gantry/kit/operational-error';
import type {
  Commit,
  CommitResult,
  Page,
  Store,
  StoreLease,
  WatchBatch,
} from '@gantry/control-plane/store/store';
import { LEADER_KEY } from '@gantry/control-plane/leader/leader-key';
import type { Writer } from '../invariants/world-view.ts';
import type { SimNetwork } from '../world/network.ts';
import type { SimProcess } from '../world/process.ts';

/** What a link needs. */
export interface StoreLinkDeps {
  store: Store;
  network: SimNetwork;
  process: SimProcess;
  host: string;
  /** Told of each write that took effect. */
  onWrite(revision: number, writer: Writer): void;
  /** Asked at each commit whether the process is to die there. */
  crashAt(process: SimProcess, at: 'before-write' | 'after-write'): boolean;
}

export const STORE_HOST = 'etcd';
/** As the etcd store's calls have it. */
const DEADLINE_MS = 5_000;

/** Connects a process. */
export function storeLink(deps: StoreLinkDeps): Store {
  return new Link(deps);
}

class Link implements Store {
  readonly #deps: StoreLinkDeps;
  readonly #dead = new AbortController();

  constructor(deps: StoreLinkDeps) {
    this.#deps = deps;
    deps.process.onDeath(() => this.#dead.abort(new Error('the process has died')));
  }

  get(key: string, signal?: AbortSignal): ReturnType<Store['get']> {
    return this.#call('read', () => this.#deps.store.get(key), signal);
  }

  list(prefix: string, options: Parameters<Store['list']>[1] = {}): Promise<Page> {
    const { signal, ...rest } = options;
    return this.#call('read', () => this.#deps.store.list(prefix, rest), signal);
  }

  commit(commit: Commit, signal?: AbortSignal): Promise<CommitResult> {
    return this.#call('write', () => this.#commit(commit), signal);
  }

  async #commit(commit: Commit): Promise<CommitResult> {
    const { store, process } = this.#deps;
    if (this.#deps.crashAt(process, 'before-write')) {
      process.kill();
      return new Promise(() => undefined);
    }
    // What is on its way is carried out, even when its sender is gone by now.
    const result = await store.commit(commit);
    if (result.ok && commit.writes.length > 0) this.#deps.onWrite(result.revision, writerOf(process, commit));
    if (this.#deps.crashAt(process, 'after-write')) process.kill();
    return result;
  }

  currentRevision(signal?: AbortSignal): Promise<number> {
    return this.#call('read', () => this.#deps.store.currentRevision(), signal);
  }

  async grantLease(ttlMs: number, signal?: AbortSignal): Promise<StoreLease> {
    const lease = await this.#call('write', () => this.#deps.store.grantLease(ttlMs), signal);
    return {
      id: lease.id,
      keepAlive: (stop) => this.#call('write', () => lease.keepAlive(), stop),
      revoke: () => this.#call('write', () => lease.revoke()),
    };
  }

  compact(revision: number): Promise<void> {
    return this.#call('write', () => this.#deps.store.compact(revision));
  }

  requestProgress(): void {
    this.#send(() => this.#deps.store.requestProgress());
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async *watch(prefix: string, afterRevision: number, signal: AbortSignal): AsyncGenerator<WatchBatch> {
    const ended = new AbortController();
    const end = (): void => ended.abort();
    signal.addEventListener('abort', end, { once: true });
    this.#dead.signal.addEventListener('abort', end, { once: true });
    try {
      for await (const batch of this.#deps.store.watch(prefix, afterRevision, ended.signal)) {
        if (signal.aborted) return;
        await this.#received(signal);
        if (signal.aborted) return;
        yield batch;
      }
    } finally {
      signal.removeEventListener('abort', end);
      this.#dead.signal.removeEventListener('abort', end);
      ended.abort();
    }
    // Nobody in a dead process hears that the stream has ended.
    if (this.#dead.signal.aborted) await new Promise(() => undefined);
  }

  /** Waits until something that was sent by the store has come here, or the signal is aborted. */
  #received(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const leave = onAbort(signal, resolve);
      this.#receive(() => {
        leave();
        resolve();
      });
    });
  }

  #send(task: () => void): void {
    const { network, host } = this.#deps;
    // A broken stream is opened again by the store's client: what was sent is sent again.
    const message = { arrive: task, broken: () => network.send(host, STORE_HOST, message) };
    network.send(host, STORE_HOST, message);
  }

  #receive(task: () => void): void {
    const { network, host, process } = this.#deps;
    const message = {
      arrive: () => process.run(task),
      broken: () => network.send(STORE_HOST, host, message),
    };
    network.send(STORE_HOST, host, message);
  }

  /** A question that is lost is doubt for a write and silence for a read, after the deadline. */
  #call<T>(attempt: 'read' | 'write', ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { process } = this.#deps;
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const over = (settle: () => void): void => {
        cancel();
        leave?.();
        settle();
      };
      const leave = signal && onAbort(signal, () => over(() => reject(signal.reason as Error)));
      const cancel = process.clock.schedule(DEADLINE_MS, () => over(() => reject(late(attempt))));
      this.#send(() => {
        ask().then(
          (value) => this.#receive(() => over(() => resolve(value))),
          (error: Error) => this.#receive(() => over(() => reject(error))),
        );
      });
    });
  }
}

function late(attempt: 'read' | 'write'): OperationalError {
  return attempt === 'read'
    ? new OperationalError('store-deadline', 'etcd did not answer in time')
    : new OperationalError('store-unavailable', 'the write may or may not have happened: no answer in time');
}

function writerOf(process: SimProcess, commit: Commit): Writer {
  // Who takes the key does not write as its holder.
  const isCampaign = commit.writes.some(({ key }) => key === LEADER_KEY);
  const fence = isCampaign ? undefined : commit.conditions.find(({ key }) => key === LEADER_KEY);
  const term = fence?.modRevision;
  return { process: process.name, ...(term === undefined ? {} : { term }) };
}
