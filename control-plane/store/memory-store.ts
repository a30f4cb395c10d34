// A store in this process's memory with etcd's semantics, for tests and simulation. It passes the same contract
// suite as the etcd store; nothing survives the process.
import { systemClock } from '@gantry/kit/clock';
import type { Clock } from '@gantry/kit/clock';
import { checkCompaction, checkKey, checkLeaseTtl, checkPage, checkWatch } from './check-arguments.ts';
import { checkCommit } from './check-commit.ts';
import { MemoryData } from './memory-data.ts';
import { MemoryLeases } from './memory-leases.ts';
import { compactedError, leaseLostError, unavailableError } from './store-errors.ts';
import type { Commit, CommitResult, Entry, Page, Store, StoreLease, WatchBatch, Write } from './store.ts';

/** A running watch. */
interface Watcher {
  prefix: string;
  /** Everything up to here has been handed out or does not concern the prefix. */
  seen: number;
  /** The revision of the last batch. */
  told: number;
  progressAsked: boolean;
  /** What ended it early. */
  failure?: Error;
  wake: () => void;
}

/** What a memory store may be given. */
export interface MemoryStoreOptions {
  /** Leases expire on this clock; the machine's own when absent. */
  clock?: Clock;
  /** Past this many revisions the older half is forgotten; {@link HISTORY_REVISIONS_MAX} when absent. */
  historyRevisionsMax?: number;
}

/** Twice what the leader's compaction keeps, so that this store compacts by itself only when nobody leads. */
const HISTORY_REVISIONS_MAX = 200_000;

/** Makes an empty store. */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new MemoryStore(options.clock ?? systemClock, options.historyRevisionsMax ?? HISTORY_REVISIONS_MAX);
}

class MemoryStore implements Store {
  readonly #data = new MemoryData();
  readonly #leases: MemoryLeases;
  readonly #watchers = new Set<Watcher>();
  readonly #historyRevisionsMax: number;
  #closed = false;

  constructor(clock: Clock, historyRevisionsMax: number) {
    this.#historyRevisionsMax = historyRevisionsMax;
    this.#leases = new MemoryLeases(clock, (keys) => {
      this.#write(keys.map((key) => ({ type: 'delete', key })));
    });
  }

  #write(writes: readonly Write[]): void {
    this.#data.write(writes);
    const { revision, compactedRevision } = this.#data;
    if (revision - compactedRevision > this.#historyRevisionsMax)
      this.#compact(revision - Math.floor(this.#historyRevisionsMax / 2));
    this.#wakeAll();
  }

  async get(key: string, signal?: AbortSignal): Promise<{ entry?: Entry; revision: number }> {
    checkKey(key);
    this.#check(signal);
    const entry = this.#data.get(key);
    return { ...(entry === undefined ? {} : { entry }), revision: this.#data.revision };
  }

  async list(
    prefix: string,
    options: { limit?: number; startAfter?: string; revision?: number; signal?: AbortSignal } = {},
  ): Promise<Page> {
    checkPage(options);
    this.#check(options.signal);
    const { startAfter = '', limit, revision } = options;
    return this.#data.list(prefix, startAfter, revision || this.#data.revision, limit || Infinity);
  }

  async commit(commit: Commit, signal?: AbortSignal): Promise<CommitResult> {
    checkCommit(commit);
    this.#check(signal);
    const holds = commit.conditions.every(
      (condition) => (this.#data.get(condition.key)?.modRevision ?? 0) === condition.modRevision,
    );
    if (!holds) return { ok: false, revision: this.#data.revision, current: this.#current(commit) };
    for (const write of commit.writes)
      if (write.type === 'put' && write.leaseId !== undefined) this.#leases.require(write.leaseId);
    for (const write of commit.writes)
      this.#leases.attach(write.key, write.type === 'put' ? write.leaseId : undefined);
    this.#write(commit.writes);
    return { ok: true, revision: this.#data.revision };
  }

  #current(commit: Commit): Entry[] {
    const keys = new Set(commit.conditions.map((condition) => condition.key));
    return [...keys].map((key) => this.#data.get(key)).filter((entry) => entry !== undefined);
  }

  async *watch(prefix: string, afterRevision: number, signal: AbortSignal): AsyncGenerator<WatchBatch> {
    checkWatch(afterRevision);
    if (signal.aborted || this.#closed) return;
    this.#checkHistory(afterRevision);
    const watcher: Watcher = {
      ...{ prefix, seen: afterRevision, told: afterRevision },
      ...{ progressAsked: false, wake: () => undefined },
    };
    const onAbort = (): void => {
      watcher.wake();
    };
    signal.addEventListener('abort', onAbort);
    this.#watchers.add(watcher);
    try {
      while (!signal.aborted && !this.#closed) {
        if (watcher.failure !== undefined) throw watcher.failure;
        const batch = this.#step(watcher);
        if (batch !== undefined) yield batch;
        else await new Promise<void>((resolve) => (watcher.wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#watchers.delete(watcher);
    }
  }

  /** A revision that is still to come was seen in a history that has been rewound: it is gone, too. */
  #checkHistory(afterRevision: number): void {
    const { compactedRevision, revision } = this.#data;
    if (Math.max(1, afterRevision) < compactedRevision)
      throw compactedError(afterRevision, compactedRevision);
    if (afterRevision > revision) throw compactedError(afterRevision, revision);
  }

  #step(watcher: Watcher): WatchBatch | undefined {
    const batch = this.#data.next(watcher.prefix, watcher.seen);
    if (batch !== undefined) {
      watcher.seen = watcher.told = batch.revision;
      return batch;
    }
    watcher.seen = Math.max(watcher.seen, this.#data.revision);
    if (!watcher.progressAsked) return undefined;
    watcher.progressAsked = false;
    if (watcher.told === watcher.seen) return undefined;
    watcher.told = watcher.seen;
    return { revision: watcher.seen, events: [] };
  }

  requestProgress(): void {
    for (const watcher of this.#watchers) watcher.progressAsked = true;
    this.#wakeAll();
  }

  async currentRevision(signal?: AbortSignal): Promise<number> {
    this.#check(signal);
    return this.#data.revision;
  }

  async grantLease(ttlMs: number, signal?: AbortSignal): Promise<StoreLease> {
    checkLeaseTtl(ttlMs);
    this.#check(signal);
    const id = this.#leases.grant(ttlMs);
    let revoked = false;
    return {
      id,
      keepAlive: async (keepAliveSignal) => {
        this.#check(keepAliveSignal);
        if (revoked) throw leaseLostError(id);
        this.#leases.keepAlive(id);
      },
      revoke: async () => {
        this.#check();
        revoked = true;
        this.#leases.end(id);
      },
    };
  }

  async compact(revision: number): Promise<void> {
    checkCompaction(revision);
    this.#check();
    this.#compact(revision);
    this.#wakeAll();
  }

  #compact(revision: number): void {
    const late = [...this.#watchers].filter((watcher) =>
      this.#data.touched(watcher.prefix, watcher.seen, revision - 1),
    );
    this.#data.compact(revision);
    for (const watcher of this.#watchers)
      if (late.includes(watcher)) watcher.failure = compactedError(watcher.seen, revision);
      else watcher.seen = Math.max(watcher.seen, revision - 1);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#leases.close();
    this.#wakeAll();
  }

  #check(signal?: AbortSignal): void {
    signal?.throwIfAborted();
    if (this.#closed) throw unavailableError('the store is closed');
  }

  #wakeAll(): void {
    for (const watcher of this.#watchers) watcher.wake();
  }
}
