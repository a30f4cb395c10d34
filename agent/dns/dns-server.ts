// The DNS of a node: names of the cluster from what is known of it, all others from the host's resolvers. Goes on from
// the last known state for as long as nobody tells it a newer one.
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import { codeOf } from '@gantry/kit/operational-error';
import type { Random } from '@gantry/kit/random';
import type { DnsMetrics } from './dns-metrics.ts';
import { createAskUpstreams, type Upstream, type UpstreamSockets } from './ask-upstreams.ts';
import { createForwarder } from './forwarder.ts';
import { createQueryHandler } from './query-handler.ts';
import type { Records } from './records.ts';
import { listenTcp, type TcpListenerDeps } from './tcp-listener.ts';
import { listenUdp, type Listener } from './udp-listener.ts';

export interface DnsServerDeps {
  clock: Clock;
  random: Random;
  logger: Logger;
  metrics: DnsMetrics;
  records: Records;
  sockets: UpstreamSockets;
  /** The host's resolvers, without this server's own address. */
  upstreams: () => readonly Upstream[];
}

export interface DnsServer {
  /** The same for UDP and TCP. */
  port: number;
  close(): Promise<void>;
}

/** A port that is free for UDP may be somebody's for TCP. */
const FREE_PORT_TRIES = 10;

/** @param port 0: any that is free. @throws Error when the address or the port cannot be had. */
export async function startDnsServer(deps: DnsServerDeps, address: string, port: number): Promise<DnsServer> {
  const forwarder = createForwarder({ ...deps, askUpstreams: createAskUpstreams(deps) });
  const handle = createQueryHandler({ ...deps, forwarder });
  const [udp, tcp] = await listenBoth({ ...deps, handle }, address, port);
  return {
    port: udp.port,
    async close() {
      forwarder.close();
      await Promise.all([udp.close(), tcp.close()]);
    },
  };
}

async function listenBoth(
  deps: TcpListenerDeps,
  address: string,
  port: number,
): Promise<[Listener, Listener]> {
  for (let tries = 1; ; tries += 1) {
    const udp = await listenUdp(deps, address, port);
    try {
      return [udp, await listenTcp(deps, address, udp.port)];
    } catch (error) {
      await udp.close();
      const mayRetry = port === 0 && codeOf(error) === 'EADDRINUSE' && tries < FREE_PORT_TRIES;
      if (!mayRetry) throw error;
    }
  }
}
