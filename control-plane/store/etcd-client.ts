// The connection to etcd: etcd3 for its transport only, with its own fault handling (retries, circuit breaker,
// watcher) switched off. Every unary call gets a deadline; streams are opened raw.
import type { ChannelOptions, ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import { noop } from 'cockatiel';
import { Etcd3 } from 'etcd3';
import type { ILeaseKeepAliveRequest, ILeaseKeepAliveResponse, IOptions } from 'etcd3';
import type { IWatchRequest, IWatchResponse } from 'etcd3';
import { readEndpoints } from './etcd-endpoints.ts';

/** How to reach etcd. */
export interface EtcdConnection {
  /** E.g. `http://127.0.0.1:2379`; all http or all https. */
  endpoints: readonly string[];
  /** For a foreign etcd behind TLS; PEM. */
  tls?: { rootCertificate: Buffer; privateKey?: Buffer; certChain?: Buffer };
  /** For a foreign etcd with users. */
  auth?: { username: string; password: string };
}

/** Every unary call ends within this. */
export const UNARY_DEADLINE_MS = 5_000;

const RECEIVE_BYTES_MAX = 64 * 1024 * 1024;
/** etcd refuses clients that ping more often than every 5 s. */
const KEEPALIVE_EVERY_MS = 6_000;
const KEEPALIVE_TIMEOUT_MS = 3_000;
const RECONNECT_FIRST_MS = 100;
const RECONNECT_MAX_MS = 1_000;
/** The default of 64 KiB makes a replay crawl. */
const FLOW_CONTROL_WINDOW_BYTES = 4 * 1024 * 1024;

const CHANNEL_OPTIONS: ChannelOptions = {
  'grpc.max_receive_message_length': RECEIVE_BYTES_MAX,
  'grpc.keepalive_time_ms': KEEPALIVE_EVERY_MS,
  'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
  'grpc.initial_reconnect_backoff_ms': RECONNECT_FIRST_MS,
  'grpc.max_reconnect_backoff_ms': RECONNECT_MAX_MS,
  'grpc-node.flow_control_window': FLOW_CONTROL_WINDOW_BYTES,
  // Connections are not shared between clients: a watch that is read slowly fills the window of its connection,
  // and every other call on it would stand still.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_retries': 0,
};

/** A stream of watch requests and responses. */
export type WatchStream = ClientDuplexStream<IWatchRequest, IWatchResponse>;
/** A stream of lease keepalives. */
export type KeepAliveStream = ClientDuplexStream<ILeaseKeepAliveRequest, ILeaseKeepAliveResponse>;

interface RawStreams {
  watch(metadata: Metadata): WatchStream;
  leaseKeepAlive(metadata: Metadata, options: { deadline: number }): KeepAliveStream;
}

/** etcd3 with access to raw streams. */
export class EtcdClient extends Etcd3 {
  constructor(connection: EtcdConnection, nowMs: () => number) {
    super(clientOptions(connection, nowMs));
  }

  /** Opens a watch stream. A member that has lost its leader ends it, so that the next try finds another member. */
  openWatch(): Promise<WatchStream> {
    return this.pool.withConnection('Watch', ({ client, metadata }) => {
      const leaderOnly = metadata.clone();
      leaderOnly.set('hasleader', 'true');
      return (client as unknown as RawStreams).watch(leaderOnly);
    });
  }

  /** Opens a keepalive stream that ends at `deadline`. */
  openKeepAlive(deadline: number): Promise<KeepAliveStream> {
    return this.pool.withConnection('Lease', ({ client, metadata }) =>
      (client as unknown as RawStreams).leaseKeepAlive(metadata, { deadline }),
    );
  }
}

function clientOptions(connection: EtcdConnection, nowMs: () => number): IOptions {
  return {
    hosts: readEndpoints(connection.endpoints),
    ...(connection.tls === undefined ? {} : { credentials: connection.tls }),
    ...(connection.auth === undefined ? {} : { auth: connection.auth }),
    grpcOptions: CHANNEL_OPTIONS,
    defaultCallOptions: (context) => (context.isStream ? {} : { deadline: nowMs() + UNARY_DEADLINE_MS }),
    faultHandling: { host: () => noop, global: noop },
  };
}
