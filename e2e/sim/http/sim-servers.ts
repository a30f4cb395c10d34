// The API servers of the simulated cluster: each listens on its host once its control plane is ready, and a client
// stays with one as long as that answers.
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSilent, isUnable } from '@gantry/agent/servers/any-server';
import type { Transport } from '@gantry/api/client';
import { TransportError } from '@gantry/api/transport-error';
import { createApp } from '@gantry/control-plane/server/app';
import { createBulkhead } from '@gantry/control-plane/server/bulkhead';
import type { ServerDeps } from '@gantry/control-plane/server/deps';
import { DRAIN_MS } from '@gantry/control-plane/server/limits';
import type { RunningServer } from '@gantry/control-plane/server/server';
import type { SimNetwork } from '../world/network.ts';
import type { SimProcess } from '../world/process.ts';
import type { ClockLog } from './clock-log.ts';
import { request } from './sim-connection.ts';

/** An API server on a host. */
export interface ApiServer {
  process: SimProcess;
  host: string;
  isListening(): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Requests and watches under way. */
  openExchanges(): number;
}

/** The servers by host; one that restarts takes the place of its last incarnation. */
export type ApiServers = Map<string, ApiServer>;

/** How a control plane serves in the simulated network: the real application on simulated connections. */
export function simServe(
  servers: ApiServers,
  process: SimProcess,
  host: string,
): (deps: Omit<ServerDeps, 'stopping'>) => Promise<RunningServer> {
  return (deps) => {
    const stopping = new AbortController();
    // As in the real server: each open watch listens to it.
    setMaxListeners(0, stopping.signal);
    const underWay = new Set<ServerResponse>();
    const app = createApp({ ...deps, stopping: stopping.signal }, createBulkhead(deps.metrics));
    const handle = app.callback();
    const server: ApiServer = {
      process,
      host,
      isListening: () => !stopping.signal.aborted,
      handle(incoming, response) {
        underWay.add(response);
        response.once('close', () => underWay.delete(response));
        void handle(incoming, response);
      },
      openExchanges: () => underWay.size,
    };
    servers.set(host, server);
    const stop = async (): Promise<void> => {
      stopping.abort();
      // As the real server: what is under way for longer is cut off.
      const untilMs = deps.clock.nowMs() + DRAIN_MS;
      while (underWay.size > 0 && deps.clock.nowMs() < untilMs)
        await new Promise<void>((resolve) => void deps.clock.schedule(10, resolve));
    };
    return Promise.resolve({ url: `sim://${host}`, port: 0, stop });
  };
}

/** A client's way to the API. */
export function simTransport(
  deps: { servers: ApiServers; network: SimNetwork; clocks: ClockLog },
  client: { process: SimProcess; host: string; user: string },
): Transport {
  let chosen: string | undefined;
  return async (wanted) => {
    const hosts = [...deps.servers.keys()];
    if (chosen === undefined) chosen = hosts[Math.floor(client.process.random.next() * hosts.length)];
    const server = chosen === undefined ? undefined : deps.servers.get(chosen);
    if (server === undefined) throw new TransportError('unreachable', 'no API server is known');
    // The next request tries another one, as those of agents do, and those of users behind an address that servers share.
    const leave = (): void => {
      if (chosen === server.host) chosen = hosts[(hosts.indexOf(server.host) + 1) % hosts.length];
    };
    try {
      const answer = await request({ network: deps.network, clocks: deps.clocks, client, server }, wanted);
      if (isUnable(answer)) leave();
      return answer;
    } catch (error) {
      if (isSilent(error)) leave();
      throw error;
    }
  };
}
