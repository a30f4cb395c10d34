// The store on etcd: linearizable reads, compare-and-swap transactions, raw-stream watches, leases.
import { systemClock } from '@gantry/kit/clock';
import type { Clock } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import type { Logger } from '@gantry/kit/logger';
import { codeOf } from '@gantry/kit/operational-error';
import { systemRandom } from '@gantry/kit/random';
import type { Random } from '@gantry/kit/random';
import type { IRangeResponse, ITxnResponse } from 'etcd3';
import { checkCompaction, checkKey, checkLeaseTtl, checkPage, checkWatch } from './check-arguments.ts';
import { checkCommit } from './check-commit.ts';
import { EtcdCalls } from './etcd-calls.ts';
import { EtcdClient } from './etcd-client.ts';
import type { EtcdConnection, WatchStream } from './etcd-client.ts';
import { grantEtcdLease } from './etcd-lease.ts';
import { entryOf, questionOf, rangeEnd, refusalOf, transactionOf } from './etcd-transaction.ts';
import { watchRaw } from './raw-watch.ts';
import { unavailableError } from './store-errors.ts';
import { noStoreMetrics } from './store-metrics.ts';
import type { StoreMetrics } from './store-metrics.ts';
import type { Commit, CommitResult, Entry, Page, Store, StoreLease, WatchBatch } from './store.ts';

/** How to reach etcd, and the world around the store. */
export interface EtcdStoreOptions extends EtcdConnection {
  clock?: Clock;
  random?: Random;
  logger?: Logger;
  metrics?: StoreMetrics;
}

/** Keys in one answer of etcd; longer lists are read in several at one revision. */
const RANGE_KEYS_MAX = 2_000;
/** Where halving the page stops: this many of the largest values still fit into one answer. */
const RANGE_KEYS_MIN = 16;
/** A key that is never written; asking for it tells the newest revision. */
const ABSENT_KEY = Buffer.from('/gantry/.revision');

/** Opens a store. Nothing is sent before the first call; a missing etcd shows there. */
export function createEtcdStore(options: EtcdStoreOptions): Store {
  return new EtcdStore(options);
}

class EtcdStore implements Store {
  readonly #options: EtcdStoreOptions;
  readonly #clock: Clock;
  readonly #client: EtcdClient;
  readonly #calls: EtcdCalls;
  readonly #closing = new AbortController();
  readonly #streams = new Set<WatchStream>();

  constructor(options: EtcdStoreOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#client = this.#connect();
    this.#calls = new EtcdCalls(this.#clock, options.metrics ?? noStoreMetrics);
  }

  #connect(): EtcdClient {
    return new EtcdClient(this.#options, () => this.#clock.nowMs());
  }

  async get(key: string, signal?: AbortSignal): Promise<{ entry?: Entry; revision: number }> {
    checkKey(key);
    const request = { key: Buffer.from(key) };
    const answer = await this.#calls.run(
      'read',
      (options) => this.#client.kv.range(request, options),
      signal,
    );
    const [kv] = answer.kvs;
    return { ...(kv === undefined ? {} : { entry: entryOf(kv) }), revision: revisionOf(answer) };
  }

  async list(
    prefix: string,
    options: { limit?: number; startAfter?: string; revision?: number; signal?: AbortSignal } = {},
  ): Promise<Page> {
    checkPage(options);
    const { signal } = options;
    const limit = options.limit || Infinity;
    const entries: Entry[] = [];
    let { startAfter = '', revision = 0 } = options;
    let count: number | undefined;
    for (;;) {
      const answer = await this.#range(prefix, startAfter, revision, limit - entries.length, signal);
      for (const kv of answer.kvs) entries.push(entryOf(kv));
      if (revision === 0) revision = revisionOf(answer);
      count ??= Number(answer.count);
      startAfter = entries.at(-1)?.key ?? '';
      if (!answer.more || entries.length >= limit) return { entries, revision, more: answer.more, count };
    }
  }

  async #range(
    prefix: string,
    startAfter: string,
    revision: number,
    wanted: number,
    signal: AbortSignal | undefined,
  ): Promise<IRangeResponse> {
    // The first key that there can be: etcd refuses an empty one.
    const key = Buffer.from(startAfter >= prefix ? `${startAfter}\0` : prefix);
    const fixed = { key, range_end: rangeEnd(prefix), revision: String(revision) };
    for (let limit = Math.min(wanted, RANGE_KEYS_MAX); ; limit = Math.ceil(limit / 8)) {
      try {
        return await this.#calls.run(
          'read',
          (callOptions) => this.#client.kv.range({ ...fixed, limit }, callOptions),
          signal,
        );
      } catch (error) {
        if (codeOf(error) !== 'store-value-too-large' || limit <= RANGE_KEYS_MIN) throw error;
      }
    }
  }

  async commit(commit: Commit, signal?: AbortSignal): Promise<CommitResult> {
    checkCommit(commit);
    const request = transactionOf(commit);
    const answer = await this.#calls.run('write', (options) => this.#client.kv.txn(request, options), signal);
    if (answer.succeeded) return { ok: true, revision: revisionOf(answer) };
    return this.#refusal(commit, revisionOf(answer), signal);
  }

  /** What the condition keys held when the commit was refused; hold now, if that has been compacted meanwhile. */
  async #refusal(commit: Commit, revision: number, signal: AbortSignal | undefined): Promise<CommitResult> {
    const ask = (at: number): Promise<ITxnResponse> => {
      const question = questionOf(commit, at);
      return this.#calls.run('read', (options) => this.#client.kv.txn(question, options), signal);
    };
    try {
      return refusalOf(await ask(revision), revision);
    } catch (error) {
      if (codeOf(error) !== 'store-compacted') throw error;
      const now = await ask(0);
      return refusalOf(now, revisionOf(now));
    }
  }

  async *watch(prefix: string, afterRevision: number, signal: AbortSignal): AsyncGenerator<WatchBatch> {
    checkWatch(afterRevision);
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    // A connection of its own: read slowly, it holds up nobody else.
    const client = this.#connect();
    const deps = {
      openStream: () => client.openWatch(),
      currentRevision: (watchSignal: AbortSignal) => this.currentRevision(watchSignal),
      streams: this.#streams,
      clock: this.#clock,
      random: this.#options.random ?? systemRandom,
      logger: this.#options.logger ?? silentLogger,
      metrics: this.#options.metrics ?? noStoreMetrics,
    };
    try {
      yield* watchRaw(deps, prefix, afterRevision, ended);
    } finally {
      client.close();
    }
  }

  requestProgress(): void {
    for (const stream of this.#streams) stream.write({ progress_request: {} });
  }

  async currentRevision(signal?: AbortSignal): Promise<number> {
    const request = { key: ABSENT_KEY, keys_only: true };
    return revisionOf(
      await this.#calls.run('read', (options) => this.#client.kv.range(request, options), signal),
    );
  }

  async grantLease(ttlMs: number, signal?: AbortSignal): Promise<StoreLease> {
    checkLeaseTtl(ttlMs);
    return grantEtcdLease({ client: this.#client, calls: this.#calls }, ttlMs, signal);
  }

  async compact(revision: number): Promise<void> {
    checkCompaction(revision);
    const request = { revision: String(revision) };
    await this.#calls.run('write', (options) => this.#client.kv.compact(request, options));
  }

  async close(): Promise<void> {
    this.#calls.close();
    this.#closing.abort(unavailableError('the store is closed'));
    this.#client.close();
  }
}

function revisionOf(answer: Pick<IRangeResponse, 'header'>): number {
  return Number(answer.header.revision);
}
