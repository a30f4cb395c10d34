// The leader's place, taken by somebody who does nothing: all replicas serve, and none leads.
import { identityOf, LEADER_KEY } from '@gantry/control-plane/leader/leader-key';
import type { Store } from '@gantry/control-plane/store/store';

const NOBODY = 'nobody';

/** Takes it, from whoever has it. @returns leaves it, unless somebody else has it by then. */
export function occupyLeaderSeat(store: Pick<Store, 'get' | 'commit'>): () => void {
  const value = JSON.stringify({ identity: NOBODY, leaseId: '' });
  void store.commit({ conditions: [], writes: [{ type: 'put', key: LEADER_KEY, value }] });
  return () => {
    void leave(store);
  };
}

async function leave(store: Pick<Store, 'get' | 'commit'>): Promise<void> {
  const { entry } = await store.get(LEADER_KEY);
  if (entry === undefined || identityOf(entry) !== NOBODY) return;
  const conditions = [{ key: LEADER_KEY, modRevision: entry.modRevision }];
  await store.commit({ conditions, writes: [{ type: 'delete', key: LEADER_KEY }] });
}
