// A store that lets commits which wait at the same time share one etcd transaction: batching is what etcd's write
// rate hangs on (docs/adr/0002). A lone commit is sent at once, and what one commit does never hurts another.
import { OperationalError, codeOf } from '@gantry/kit/operational-error';
import { checkCommit } from './check-commit.ts';
import { Merge, ownRefusal } from './commit-merge.ts';
import { noStoreMetrics } from './store-metrics.ts';
import type { StoreMetrics } from './store-metrics.ts';
import type { Commit, CommitResult, Store } from './store.ts';
import { untilAborted } from '@gantry/kit/until-aborted';

/** A commit whose caller waits. */
interface Pending {
  commit: Commit;
  resolve: (result: CommitResult) => void;
  reject: (error: unknown) => void;
  /** Given up by its caller while it waited: not to be sent. */
  isAborted: () => boolean;
}

/** Commits that share a transaction. */
interface Group {
  merge: Merge;
  members: Pending[];
}

/** Transactions under way at once. Two, so that a small one need not wait for a large one. */
const TRANSACTIONS_MAX = 2;
/** Commits that may wait; more are refused at once. */
export const WAITING_COMMITS_MAX = 10_000;

/** Wraps `store`; everything but `commit` goes straight through. */
export function withGroupCommit(store: Store, metrics: StoreMetrics = noStoreMetrics): Store {
  const queue = new CommitQueue(store, metrics);
  return {
    get: (key, signal) => store.get(key, signal),
    list: (prefix, options) => store.list(prefix, options),
    commit: (commit, signal) => queue.commit(commit, signal),
    watch: (prefix, afterRevision, signal) => store.watch(prefix, afterRevision, signal),
    requestProgress: () => {
      store.requestProgress();
    },
    currentRevision: (signal) => store.currentRevision(signal),
    grantLease: (ttlMs, signal) => store.grantLease(ttlMs, signal),
    compact: (revision) => store.compact(revision),
    close: () => store.close(),
  };
}

class CommitQueue {
  readonly #store: Pick<Store, 'commit'>;
  readonly #metrics: StoreMetrics;
  #waiting: Pending[] = [];
  readonly #underWay = new Set<Group>();

  constructor(store: Pick<Store, 'commit'>, metrics: StoreMetrics) {
    this.#store = store;
    this.#metrics = metrics;
  }

  async commit(commit: Commit, signal?: AbortSignal): Promise<CommitResult> {
    checkCommit(commit);
    signal?.throwIfAborted();
    if (this.#waiting.length >= WAITING_COMMITS_MAX) {
      this.#waiting = this.#waiting.filter((pending) => !pending.isAborted());
    }
    if (this.#waiting.length >= WAITING_COMMITS_MAX) {
      this.#metrics.refused();
      throw new OperationalError('store-busy', `${WAITING_COMMITS_MAX} commits wait already`);
    }
    const result = new Promise<CommitResult>((resolve, reject) => {
      this.#waiting.push({ commit, resolve, reject, isAborted: () => signal?.aborted === true });
    });
    this.#sendMore();
    return untilAborted(result, signal);
  }

  /** Sends groups from the head of the queue as long as there is room. */
  #sendMore(): void {
    while (this.#waiting.length > 0 && this.#underWay.size < TRANSACTIONS_MAX) {
      const group = this.#takeGroup();
      if (group.members.length === 0) return;
      this.#underWay.add(group);
      void this.#send(group);
    }
  }

  /** The longest head of the queue that may go now, as one. Nobody overtakes; who gave up is left out. */
  #takeGroup(): Group {
    const group: Group = { merge: new Merge(), members: [] };
    let taken = 0;
    for (const pending of this.#waiting) {
      if (!pending.isAborted()) {
        if (this.#mustWait(pending.commit) || !group.merge.add(pending.commit)) break;
        group.members.push(pending);
      }
      taken += 1;
    }
    this.#waiting.splice(0, taken);
    return group;
  }

  #mustWait(commit: Commit): boolean {
    for (const { merge } of this.#underWay) if (merge.touches(commit)) return true;
    return false;
  }

  async #send(group: Group): Promise<void> {
    this.#metrics.grouped(group.members.length);
    try {
      this.#answer(group, await this.#store.commit(group.merge.commit()));
    } catch (error) {
      await this.#fail(group, error);
    }
    this.#underWay.delete(group);
    this.#sendMore();
  }

  /** A refusal is passed on to those whose conditions did not hold; the others go again, in their old order. */
  #answer(group: Group, result: CommitResult): void {
    if (result.ok) {
      for (const { resolve } of group.members) resolve(result);
      return;
    }
    const innocent: Pending[] = [];
    for (const pending of group.members) {
      const refusal = ownRefusal(pending.commit, result);
      if (refusal === undefined) innocent.push(pending);
      else pending.resolve(refusal);
    }
    this.#waiting.unshift(...innocent);
  }

  /** A lease that is gone is the fault of one commit only: each is tried by itself. Other failures strike all. */
  async #fail(group: Group, error: unknown): Promise<void> {
    if (codeOf(error) !== 'lease-lost' || group.members.length === 1) {
      for (const { reject } of group.members) reject(error);
      return;
    }
    await Promise.all(
      group.members.map(({ commit, resolve, reject }) => this.#store.commit(commit).then(resolve, reject)),
    );
  }
}
