// The store's figures: how long etcd takes, how well commits are grouped, what was refused.
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Attempt } from './etcd-errors.ts';

/** What the store tells. */
export interface StoreMetrics {
  /** A call ended; `code` is `ok` or the code of its error. */
  called(attempt: Attempt, code: string, seconds: number): void;
  /** A transaction was sent for so many commits. */
  grouped(commits: number): void;
  /** A commit was refused because too many wait. */
  refused(): void;
  /** A watch lost its stream. */
  watchInterrupted(): void;
}

/** Counts nothing. */
export const noStoreMetrics: StoreMetrics = {
  called: () => undefined,
  grouped: () => undefined,
  refused: () => undefined,
  watchInterrupted: () => undefined,
};

const SECONDS_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5];
const COMMITS_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128];

/** Registers the store's metrics; once per registry. */
export function createStoreMetrics(registry: Registry): StoreMetrics {
  const registers = [registry];
  const calls = new Histogram({
    name: 'gantry_store_call_seconds',
    help: 'Duration of calls to etcd, by kind and outcome.',
    labelNames: ['attempt', 'code'],
    buckets: SECONDS_BUCKETS,
    registers,
  });
  const groups = new Histogram({
    name: 'gantry_store_commits_per_transaction',
    help: 'Commits that shared a transaction.',
    buckets: COMMITS_BUCKETS,
    registers,
  });
  const refused = new Counter({
    name: 'gantry_store_commits_refused_total',
    help: 'Commits refused because too many were waiting.',
    registers,
  });
  const interrupted = new Counter({
    name: 'gantry_store_watch_interruptions_total',
    help: 'Times a watch lost its stream and took it up again.',
    registers,
  });
  return {
    called: (attempt, code, seconds) => {
      calls.observe({ attempt, code }, seconds);
    },
    grouped: (commits) => {
      groups.observe(commits);
    },
    refused: () => {
      refused.inc();
    },
    watchInterrupted: () => {
      interrupted.inc();
    },
  };
}
