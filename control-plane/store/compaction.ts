// Forgets old history, so that etcd's database stays small. What to forget is decided purely; the runner only acts.
// Every replica may run it: compacting twice at one revision is refused by the store and harmless.
import { sleep } from '@gantry/kit/clock';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { codeOf, messageOf } from '@gantry/kit/operational-error';
import type { Store } from './store.ts';

/** What is kept: all history younger than `keepMs`, unless that is more than `keepRevisionsMax` revisions. */
export interface CompactionPolicy {
  keepMs: number;
  keepRevisionsMax: number;
}

/** Long enough for a client to come back after a restart of everything. */
export const COMPACTION_POLICY: CompactionPolicy = { keepMs: 10 * 60_000, keepRevisionsMax: 100_000 };

/** When a revision was the newest one. */
export interface RevisionMark {
  revision: number;
  timeMs: number;
}

/** Marks to keep for the next decision, and the revision to compact at, if any. */
export interface CompactionStep {
  marks: readonly RevisionMark[];
  compactAt?: number;
}

/**
 * Decides what to forget.
 *
 * @param marks earlier marks, oldest first; `newest` is now.
 */
export function nextCompaction(
  policy: CompactionPolicy,
  marks: readonly RevisionMark[],
  newest: RevisionMark,
): CompactionStep {
  const old = marks.filter((mark) => mark.timeMs <= newest.timeMs - policy.keepMs);
  const byAge = old.at(-1)?.revision ?? 0;
  const byCount = newest.revision - policy.keepRevisionsMax;
  const compactAt = Math.max(byAge, byCount);
  const kept = [...marks.slice(old.length), newest].filter((mark) => mark.revision > compactAt);
  return compactAt > 1 ? { marks: kept, compactAt } : { marks: kept };
}

/** What the runner needs. */
export interface CompactionDeps {
  store: Pick<Store, 'currentRevision' | 'compact'>;
  clock: Clock;
  logger: Logger;
  policy?: CompactionPolicy;
}

/** Looks this many times within `keepMs`. */
const LOOKS_PER_KEEP = 5;

/** Compacts until the signal is aborted; does not throw. */
export async function runCompaction(deps: CompactionDeps, signal: AbortSignal): Promise<void> {
  const { clock, policy = COMPACTION_POLICY } = deps;
  let marks: readonly RevisionMark[] = [];
  let compactedAt = 0;
  while (!signal.aborted) {
    try {
      const newest = { revision: await deps.store.currentRevision(signal), timeMs: clock.nowMs() };
      const step = nextCompaction(policy, marks, newest);
      if (step.compactAt !== undefined && step.compactAt > compactedAt) {
        await compactOnce(deps, step.compactAt);
        compactedAt = step.compactAt;
      }
      marks = step.marks;
      await sleep(clock, policy.keepMs / LOOKS_PER_KEEP, signal);
    } catch (error) {
      if (signal.aborted) return;
      deps.logger.warn('compaction failed', { error: messageOf(error) });
      await sleep(clock, policy.keepMs / LOOKS_PER_KEEP, signal).catch(() => undefined);
    }
  }
}

async function compactOnce(deps: CompactionDeps, revision: number): Promise<void> {
  try {
    await deps.store.compact(revision);
    deps.logger.info('history compacted', { revision });
  } catch (error) {
    // Another replica, or etcd by itself, was first.
    if (codeOf(error) !== 'store-compacted') throw error;
  }
}
