// Leases on etcd without etcd3's own keepalive loop: the caller says when, and learns when it failed.
import type { ILeaseKeepAliveResponse } from 'etcd3';
import type { EtcdCalls } from './etcd-calls.ts';
import type { EtcdClient, KeepAliveStream } from './etcd-client.ts';
import { translate } from './etcd-errors.ts';
import { leaseLostError } from './store-errors.ts';
import type { StoreLease } from './store.ts';

/**
 * Grants a lease. etcd counts in whole seconds and has a shortest time (1.5 election timeouts), so a lease may live
 * longer than asked for, never shorter.
 */
export async function grantEtcdLease(
  deps: { client: EtcdClient; calls: EtcdCalls },
  ttlMs: number,
  signal?: AbortSignal,
): Promise<StoreLease> {
  const { client, calls } = deps;
  const request = { TTL: Math.ceil(ttlMs / 1_000) };
  const granted = await calls.run(
    'write',
    (options) => client.leaseClient.leaseGrant(request, options),
    signal,
  );
  const id = granted.ID;
  return {
    id,
    keepAlive: (keepAliveSignal) =>
      calls.run('read', ({ deadline }) => keepAliveOnce(client, id, Number(deadline)), keepAliveSignal),
    revoke: () => revoke(deps, id),
  };
}

async function keepAliveOnce(client: EtcdClient, id: string, deadline: number): Promise<void> {
  const stream = await client.openKeepAlive(deadline);
  try {
    const answer = await firstAnswer(stream, id);
    // etcd says "gone" by a remaining life of nothing.
    if (Number(answer.TTL) <= 0) throw leaseLostError(id);
  } finally {
    stream.cancel();
  }
}

function firstAnswer(stream: KeepAliveStream, id: string): Promise<ILeaseKeepAliveResponse> {
  return new Promise((resolve, reject) => {
    stream.on('data', resolve);
    stream.on('error', reject);
    stream.on('end', () => {
      reject(new Error('etcd ended the keepalive stream without an answer'));
    });
    stream.write({ ID: id });
  });
}

async function revoke(deps: { client: EtcdClient; calls: EtcdCalls }, id: string): Promise<void> {
  try {
    await deps.calls.run('write', (options) => deps.client.leaseClient.leaseRevoke({ ID: id }, options));
  } catch (error) {
    if (translate(error, 'write').code !== 'lease-lost') throw error;
  }
}
