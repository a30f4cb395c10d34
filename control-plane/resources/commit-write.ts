// One conditional write to the store, with the writer's fence among its conditions.
import { codeOf, OperationalError } from '@gantry/kit/operational-error';
import type { CommitResult, Condition, Entry, Write } from '../store/store.ts';
import type { ResourcesDeps } from './deps.ts';
import type { WriteContext } from './resources.ts';
import { translateStoreError } from './store-failure.ts';

/** What a lost race shows: the present entries of the conditioned keys. */
export type CommitOutcome =
  { ok: true; revision: number } | { ok: false; current: ReadonlyMap<string, Entry> };

/**
 * Writes if all conditions and the fence hold.
 *
 * @throws OperationalError `fenced` when the writer is no longer the leader; StatusError when the store fails.
 */
export async function commitWrite(
  deps: ResourcesDeps,
  conditions: readonly Condition[],
  writes: readonly Write[],
  context: Pick<WriteContext, 'fence' | 'signal'>,
): Promise<CommitOutcome> {
  const result = await attempt(deps, [...context.fence, ...conditions], writes, context.signal);
  if (result.ok) return result;
  const current = new Map(result.current.map((entry) => [entry.key, entry]));
  if (context.fence.some((condition) => !holds(condition, current))) {
    throw new OperationalError('fenced', 'this control plane no longer leads; the write was refused');
  }
  return { ok: false, current };
}

async function attempt(
  deps: ResourcesDeps,
  conditions: readonly Condition[],
  writes: readonly Write[],
  signal: AbortSignal | undefined,
): Promise<CommitResult> {
  try {
    return await deps.store.commit({ conditions, writes }, signal);
  } catch (error) {
    const others = codeOf(error) === 'lease-lost' ? deps.journal?.withoutLease(writes) : undefined;
    // What is said about a change must never be what it fails for.
    if (others !== undefined) return attempt(deps, conditions, others, signal);
    throw translateStoreError(error, 'write');
  }
}

/** Whether a condition holds in what a lost race has shown. */
export function holds(condition: Condition, current: ReadonlyMap<string, Entry>): boolean {
  return (current.get(condition.key)?.modRevision ?? 0) === condition.modRevision;
}
