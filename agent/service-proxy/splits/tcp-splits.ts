// Ports that do not speak HTTP: a split leads their connections to one backend, or to a slot in which the servers of
// several have weights. So a switch from one to another is one entry of a map. Pure.
import { SERVERS_MAX, type ProxyServer } from '../proxy-servers.ts';
import type { ProxyService } from '../proxy-state.ts';
import { livingShares } from './living-shares.ts';
import { serverWeights, WEIGHT_MAX } from './server-weights.ts';
import type { TcpSplit } from './translate-splits.ts';

export interface LedTcp {
  /** Key of the port whose servers take the connections, by key of the port that is split. */
  led: ReadonlyMap<string, string>;
  /** Ports of servers of several Services; nobody but splits leads to them. */
  mixes: readonly ProxyService[];
}

/** @param byKey all ports that splits may lead to. */
export function leadTcp(splits: readonly TcpSplit[], byKey: ReadonlyMap<string, ProxyService>): LedTcp {
  const led = new Map<string, string>();
  const mixes: ProxyService[] = [];
  for (const { key, names, shares } of splits) {
    const own = byKey.get(key);
    const weights = livingShares(shares, byKey);
    const parts = shares.flatMap(({ service = '' }, at) => {
      const [port, weight] = [byKey.get(service), weights[at] ?? 0];
      return port === undefined || weight === 0 ? [] : [{ port, weight }];
    });
    const [first] = parts;
    if (own === undefined || first === undefined) continue;
    if (parts.length === 1) {
      led.set(key, first.port.key);
      continue;
    }
    const mix = mixOf(own, names, parts);
    mixes.push(mix);
    led.set(key, mix.key);
  }
  return { led, mixes };
}

function mixOf(
  { key, port, options }: ProxyService,
  names: readonly string[],
  parts: readonly { port: ProxyService; weight: number }[],
): ProxyService {
  const max = Math.floor(SERVERS_MAX / parts.length);
  const groups = parts.map(({ port: { servers }, weight }) => ({
    weight,
    servers: servers.filter(({ state }) => state === 'ready').slice(0, max),
    draining: servers.filter(({ state }) => state === 'drain').slice(0, max),
  }));
  const weights = serverWeights(groups.map(({ weight, servers }) => ({ weight, count: servers.length })));
  const merged = new Map<string, ProxyServer>();
  for (const { draining } of groups) for (const server of draining) merged.set(server.id, server);
  groups.forEach(({ servers }, at) => {
    const { weight: own, extra } = weights[at] ?? { weight: 1, extra: 0 };
    servers.forEach((server, index) => {
      // A pod that several Services select has the sum.
      const known = merged.get(server.id);
      const before = known?.state === 'ready' ? known.weight : 0;
      const weight = Math.min(WEIGHT_MAX, before + own + (index < extra ? 1 : 0));
      merged.set(server.id, { ...server, weight });
    });
  });
  const sorted = [...merged.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { key: mixKey(key, names), port, mode: 'tcp', options, servers: sorted };
}

/** Says whose the servers may be, so that they can be counted: `mix:shop/web,web-canary/5432`. */
function mixKey(key: string, names: readonly string[]): string {
  const place = key.slice(key.indexOf(':') + 1);
  const [namespace = '', service = '', port = ''] = place.split('/');
  const all = [...new Set([service, ...names])];
  return `${key === place ? 'mix' : 'tcp-mix'}:${namespace}/${all.join(',')}/${port}`;
}
