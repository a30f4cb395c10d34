// A control plane that serves while none of its replicas leads: somebody who does nothing has the leader's key.
import { EtcdClient } from '@gantry/control-plane/store/etcd-client';
import { LEADER_KEY } from '@gantry/control-plane/leader/leader-key';

/**
 * Takes the leader's key away. From then on etcd refuses whatever the replica that led still writes as the leader.
 *
 * @returns leaves it to whoever wants it.
 */
export async function occupyLeaderSeat(endpoint: string): Promise<() => Promise<void>> {
  const etcd = new EtcdClient({ endpoints: [endpoint] }, Date.now);
  await etcd
    .put(LEADER_KEY)
    .value(JSON.stringify({ identity: 'nobody', leaseId: '' }))
    .exec();
  return async () => {
    try {
      await etcd.delete().key(LEADER_KEY).exec();
    } finally {
      etcd.close();
    }
  };
}
