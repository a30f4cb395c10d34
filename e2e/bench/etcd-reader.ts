// Reads etcd directly, past the control plane: what was written, and how fast the bare store is.
import { EtcdClient } from '@gantry/control-plane/store/etcd-client';

/** A read-only view of one etcd. */
export interface EtcdReader {
  /** The store's revision now. */
  revision(): Promise<number>;
  /** Keys below the prefix that were put after this revision. */
  keysWrittenSince(prefix: string, revision: number): Promise<string[]>;
  /** Reads one value; linearizable. @returns its size in bytes. */
  readOne(key: string): Promise<number>;
  /** Reads all below a prefix in one range. @returns how many there were. */
  readRange(prefix: string): Promise<number>;
  close(): void;
}

export function openEtcd(endpoint: string): EtcdReader {
  const client = new EtcdClient({ endpoints: [endpoint] }, Date.now);
  return {
    revision: async () => Number((await client.get('/gantry/').exec()).header.revision),
    keysWrittenSince: async (prefix, since) => {
      const { kvs } = await client.getAll().prefix(prefix).exec();
      return kvs.filter(({ mod_revision: at }) => Number(at) > since).map(({ key }) => key.toString('utf8'));
    },
    readOne: async (key) => (await client.get(key).buffer())?.length ?? 0,
    readRange: async (prefix) => (await client.getAll().prefix(prefix).exec()).kvs.length,
    close: () => client.close(),
  };
}
