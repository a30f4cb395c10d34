// The one interface to durable state. Production has etcd behind it; the contract suite in
// `store-contract.ts` is what an implementation has to pass.

/** A stored value. Revisions are etcd's: one global, growing order. */
export interface Entry {
  /** Printable ASCII. */
  key: string;
  /** JSON text. */
  value: string;
  createRevision: number;
  modRevision: number;
}

/** Must hold at the moment of the write, or nothing is written. */
export interface Condition {
  key: string;
  /** Revision of the key's last write; 0 means that the key must not exist. */
  modRevision: number;
}

/** One change. A key may stand in a commit once. */
export type Write =
  { type: 'put'; key: string; value: string; leaseId?: string } | { type: 'delete'; key: string };

/** Several conditions and writes, all or nothing. At most `TRANSACTION_OPERATIONS_MAX` each. */
export interface Commit {
  conditions: readonly Condition[];
  writes: readonly Write[];
}

/** Outcome of a commit: a lost race is a value, not an error. */
export type CommitResult =
  | { ok: true; revision: number }
  /** `current` holds what the condition keys hold at that revision (absent keys are left out). */
  | { ok: false; revision: number; current: Entry[] };

/** A page of a list. `more` says that `entries` stops short; go on with `startAfter` = the last key, same `revision`. */
export interface Page {
  entries: Entry[];
  revision: number;
  more: boolean;
  /** How many keys the prefix holds from here on, this page included. */
  count: number;
}

/** One change as seen by a watch. */
export type StoreEvent =
  | { type: 'put'; key: string; value: string; createRevision: number; modRevision: number }
  | { type: 'delete'; key: string; modRevision: number };

/**
 * A step of a watch: all events of one or more whole revisions, in order; or no events, which says only that
 * everything up to `revision` has been seen.
 */
export interface WatchBatch {
  revision: number;
  events: StoreEvent[];
}

/** A lease that the caller keeps alive. */
export interface StoreLease {
  id: string;
  /** @throws OperationalError `lease-lost` when it has expired, `store-unavailable` when unknown. */
  keepAlive(signal?: AbortSignal): Promise<void>;
  revoke(): Promise<void>;
}

/**
 * Durable, ordered key-value state.
 *
 * Every operation ends within a named deadline. Errors are OperationalError with one of these codes:
 * `store-unavailable` (a write may or may not have happened), `store-deadline`, `store-value-too-large`,
 * `store-compacted` (from `list` at a revision and from `watch`: start again from a fresh list),
 * `store-future-revision` (from `list` and `compact`), `lease-lost` (a put that names a lease that is gone),
 * `store-busy` (nothing was written: too many wait), `store-full` (etcd's database quota is used up), `store-forbidden` (etcd refuses our user).
 * A call that breaks the interface (an empty key, one written that is not ASCII, a key twice in a commit, a negative revision, …) fails an
 * invariant before anything is done. An aborted signal makes a call throw the signal's reason; a write under way may still happen.
 */
export interface Store {
  get(key: string, signal?: AbortSignal): Promise<{ entry?: Entry; revision: number }>;
  /** Sorted by key. A limit of 0 is none; without a revision, or at revision 0, the newest is read. */
  list(
    prefix: string,
    options?: { limit?: number; startAfter?: string; revision?: number; signal?: AbortSignal },
  ): Promise<Page>;
  commit(commit: Commit, signal?: AbortSignal): Promise<CommitResult>;
  /**
   * Events with a revision greater than `afterRevision`, none lost and none twice, across reconnections.
   * Ends quietly when the signal is aborted; throws `store-compacted` when the history is gone, also when it has been
   * rewound: a revision that is still to come was seen in another history.
   */
  watch(prefix: string, afterRevision: number, signal: AbortSignal): AsyncIterable<WatchBatch>;
  /** Asks the running watches for a batch that tells how far they are, where that is news (etcd: progress request). */
  requestProgress(): void;
  /** The newest revision, linearizable. */
  currentRevision(signal?: AbortSignal): Promise<number>;
  grantLease(ttlMs: number, signal?: AbortSignal): Promise<StoreLease>;
  /** Forgets history up to `revision`. */
  compact(revision: number): Promise<void>;
  close(): Promise<void>;
}

/** etcd's own default (--max-txn-ops). */
export const TRANSACTION_OPERATIONS_MAX = 128;
/** etcd's own default request limit is 1.5 MiB; room is left for keys and framing. */
export const VALUE_BYTES_MAX = 1_400_000;
/** Keys, values and framing of one transaction together stay below etcd's request limit of 1.5 MiB. */
export const REQUEST_BYTES_MAX = 1_500_000;
