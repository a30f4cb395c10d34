// The half of the agent that leads to Services: what is followed from the API goes to whoever acts on it.
import type { Client } from '@gantry/api/client';
import type { Clock } from '@gantry/kit/clock';
import type { Logger } from '@gantry/kit/logger';
import type { Random } from '@gantry/kit/random';
import type { NodeDns } from '../dns/node-dns.ts';
import type { Machine } from '../machine/machine.ts';
import type { ProxyFault } from '../node/node-conditions.ts';
import { UNCONFIRMED, type NodeProxy } from './node-proxy.ts';
import type { TrafficMeter } from '../traffic-metrics/traffic-meter.ts';
import { followRoutes } from './route-follower.ts';
import { followSplits } from './split-follower.ts';
import { createSplitGuard, type KnownFlags } from './split-guard.ts';
import { followServices, type ServiceLists } from './service-lists.ts';

export interface TrafficSideDeps {
  clock: Clock;
  random: Random;
  logger: Logger;
  machine: Pick<Machine, 'checkpoint'>;
  /** Nothing is followed without one. */
  serviceProxy?: NodeProxy | undefined;
  /** Counts what goes through; only beside a proxy. */
  trafficMeter?: Pick<TrafficMeter, 'run'> | undefined;
  /** Names of Services; only beside a proxy. */
  dns?: NodeDns | undefined;
  /** What kill switches of splits are looked up in. */
  flags?: KnownFlags | undefined;
}

export interface TrafficSide {
  /** Absent without a proxy. */
  fault: (() => ProxyFault) | undefined;
  /**
   * How far the proxy is; undefined when nobody has to wait for it. One that an earlier agent left behind serves on:
   * until this agent has looked at it, it is as far as was said before.
   */
  revision: (before: string | undefined) => string | undefined;
  /** How far what was taken out has no requests any more; undefined where that is not known apart. */
  drainedRevision: (before: string | undefined) => string | undefined;
  /** By which TrafficSplits new requests are treated. */
  splitRevision: (before: string | undefined) => string | undefined;
  /** The control plane is back: asks again at once. */
  retryNow(): void;
  /** Runs until the signal is aborted; traffic goes on flowing after that. See {@link NodeProxy}. */
  run(onAwaited: () => void, signal: AbortSignal): Promise<void>;
}

export function createTrafficSide(
  deps: TrafficSideDeps,
  client: Pick<Client, 'list' | 'watch'>,
): TrafficSide {
  const { machine, serviceProxy: proxy, dns, trafficMeter: meter } = deps;
  if (proxy === undefined)
    return {
      fault: undefined,
      revision: () => undefined,
      drainedRevision: () => undefined,
      splitRevision: () => undefined,
      retryNow: () => undefined,
      run: () => Promise.resolve(),
    };
  let newest: ServiceLists | undefined;
  const tell = (): void => {
    const known = routes?.lists();
    // A HAProxy that runs may have heard more than the disk: what it does is not undone for a moment.
    const split = splits.lists() ?? (newest?.revision === undefined ? splits.restored() : undefined);
    if (newest === undefined || split === undefined || (routes !== undefined && known === undefined)) return;
    const inForce = guard.inForce(split);
    if (inForce === undefined) return;
    proxy.onServices({ ...newest, splits: inForce, ...(known === undefined ? {} : { routes: known }) });
  };
  // From its first heartbeat on a node with a proxy is waited for: what it leads to a moment later would be missed.
  const asBefore = (before = UNCONFIRMED): string | undefined =>
    proxy.error() === undefined ? before : undefined;
  const guard = createSplitGuard({ clock: deps.clock, flags: deps.flags, onChange: tell });
  const routes = proxy.servesRoutes === true ? followRoutes({ ...deps, client, onChange: tell }) : undefined;
  const splits = followSplits({ ...deps, client, onChange: tell });
  const services = followServices({
    ...{ ...deps, client, checkpoint: machine.checkpoint('services') },
    onLists(lists) {
      newest = lists;
      tell();
      dns?.onServices(lists);
    },
  });
  return {
    fault() {
      const [message, listeners] = [proxy.error() ?? dns?.error(), proxy.listenerFault?.()];
      const fault: ProxyFault = message === undefined ? { type: 'none' } : { type: 'fault', message };
      return listeners === undefined ? fault : { ...fault, listeners };
    },
    revision: (before) => proxy.appliedRevision() ?? asBefore(before),
    drainedRevision: (before) => proxy.drainedRevision && (proxy.drainedRevision() ?? asBefore(before)),
    splitRevision: (before) => proxy.appliedSplits() ?? asBefore(before),
    retryNow() {
      services.retryNow();
      splits.retryNow();
      routes?.retryNow();
    },
    async run(onAwaited, signal) {
      await Promise.all([
        ...[services.run(signal), splits.run(signal), proxy.run(onAwaited, signal)],
        ...[routes, dns, meter].flatMap((part) => (part === undefined ? [] : [part.run(signal)])),
      ]);
    },
  };
}
