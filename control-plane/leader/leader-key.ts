// The leader's key in the store: taken by compare-and-swap, held by a lease, given back by revoking it. Thin.
import { codeOf } from '@gantry/kit/operational-error';
import type { Condition, Entry, Store, StoreLease } from '../store/store.ts';

/** Holds `{ identity, leaseId }` of the leader; absent when nobody leads. */
export const LEADER_KEY = '/gantry/leader';

/** A term that was won. */
export interface Holding {
  fence: Condition;
  lease: StoreLease;
}

type LeaderStore = Pick<Store, 'get' | 'commit' | 'grantLease'>;

/**
 * Tries to take the key. A key that carries our own identity is left from an earlier life of this replica: it is
 * taken over at once, since the fence refuses whatever that life might still write.
 *
 * @returns undefined when another replica holds it.
 */
export async function takeLeaderKey(
  store: LeaderStore,
  identity: string,
  ttlMs: number,
  signal: AbortSignal,
): Promise<Holding | undefined> {
  const { entry } = await store.get(LEADER_KEY, signal);
  if (entry !== undefined && identityOf(entry) !== identity) return undefined;
  const lease = await store.grantLease(ttlMs, signal);
  const value = JSON.stringify({ identity, leaseId: lease.id });
  const modRevision = await writeKey(store, value, entry?.modRevision ?? 0, lease.id, signal);
  if (modRevision !== undefined) return { lease, fence: { key: LEADER_KEY, modRevision } };
  await lease.revoke();
  return undefined;
}

/** The revision of the key when it is ours now. A write in doubt is read back: the lease's id makes it unmistakable. */
async function writeKey(
  store: LeaderStore,
  value: string,
  expectedRevision: number,
  leaseId: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const result = await store.commit(
      {
        conditions: [{ key: LEADER_KEY, modRevision: expectedRevision }],
        writes: [{ type: 'put', key: LEADER_KEY, value, leaseId }],
      },
      signal,
    );
    return result.ok ? result.revision : undefined;
  } catch (error) {
    if (codeOf(error) !== 'store-unavailable') throw error;
    const { entry } = await store.get(LEADER_KEY, signal);
    return entry?.value === value ? entry.modRevision : undefined;
  }
}

/** Renews the lease and looks whether the key is still ours. */
export async function renewLeaderKey(
  store: LeaderStore,
  holding: Holding,
  signal: AbortSignal,
): Promise<'renewed' | 'lease-expired' | 'replaced'> {
  try {
    await holding.lease.keepAlive(signal);
  } catch (error) {
    if (codeOf(error) === 'lease-lost') return 'lease-expired';
    throw error;
  }
  const { entry } = await store.get(LEADER_KEY, signal);
  return entry?.modRevision === holding.fence.modRevision ? 'renewed' : 'replaced';
}

/** Who leads, according to an entry of the key; undefined when it cannot be read. */
export function identityOf(entry: Pick<Entry, 'value'>): string | undefined {
  try {
    const { identity } = JSON.parse(entry.value) as { identity?: unknown };
    return typeof identity === 'string' ? identity : undefined;
  } catch {
    return undefined;
  }
}
