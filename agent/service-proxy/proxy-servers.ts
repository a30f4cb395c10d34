// Which endpoints stand behind one port of a Service, and what each may be sent. Pure. Only checked IPv4 addresses and
// ports leave this file.
import { ipv4Number } from '@gantry/kit/ipv4-range';
import type { Endpoint, EndpointSlice } from '@gantry/api/kinds/endpoint-slice';

/** `ready` takes new connections; `drain` finishes those that it has. */
export type ServerState = 'ready' | 'drain';

export interface ProxyServer {
  /** Says address and port, and so never changes its meaning. */
  readonly id: string;
  readonly address: string;
  readonly port: number;
  /** 0 to 256, relative to the others. */
  readonly weight: number;
  readonly state: ServerState;
}

/** Room for finer weights on both sides. */
export const DEFAULT_WEIGHT = 100;
/** Of one port of a Service; further ones are left out and told. */
export const SERVERS_MAX = 1_000;

/** Where traffic of a Service may never lead: this host itself, link-local (metadata services), nowhere. */
const FORBIDDEN = /^(0\.|127\.|169\.254\.|22[4-9]\.|23\d\.|24\d\.|25[0-5]\.)/;

/** Whether a text is an IPv4 address, written the usual way. */
export function isIpv4(text: string): boolean {
  return ipv4Number(text) !== undefined;
}

export function isPort(port: unknown): port is number {
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** Of the slices of one Service: servers in the order of their ids, and how many were left out. */
export interface FoundServers {
  servers: ProxyServer[];
  forbidden: number;
  surplus: number;
  /** All of them belong to pods that are being stopped. */
  isEnding: boolean;
}

/** Reads the slices of one Service. */
export function serversOf(
  slices: readonly EndpointSlice[],
  portName: string,
  wanted: 'TCP' | 'UDP' = 'TCP',
): FoundServers {
  const found = new Map<string, ProxyServer>();
  let forbidden = 0;
  for (const { ports = [], endpoints } of slices) {
    const port = ports.find(
      ({ name = '', protocol = 'TCP' }) => name === portName && protocol === wanted,
    )?.port;
    if (!isPort(port)) continue;
    for (const endpoint of endpoints) {
      const server = serverOf(endpoint, port);
      if (server === 'forbidden') forbidden += 1;
      // A pod that moves from one slice to another is in both for a moment.
      else if (server !== undefined && found.get(server.id)?.state !== 'ready') found.set(server.id, server);
    }
  }
  const all = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const kept = orTheLastOnes(all).slice(0, SERVERS_MAX);
  const isEnding = all.length > 0 && all.every(({ state }) => state === 'drain');
  return { servers: kept, forbidden, surplus: all.length - kept.length, isEnding };
}

function serverOf(
  { addresses, conditions = {} }: Endpoint,
  port: number,
): ProxyServer | 'forbidden' | undefined {
  const [address] = addresses;
  if (address === undefined) return undefined;
  const { ready = true, terminating = false, serving = ready } = conditions;
  if (!ready && !(terminating && serving)) return undefined;
  if (!isIpv4(address) || FORBIDDEN.test(address)) return 'forbidden';
  const id = `s-${address.replaceAll('.', '_')}-${port}`;
  return { id, address, port, weight: DEFAULT_WEIGHT, state: ready ? 'ready' : 'drain' };
}

/** Pods that end but still answer are better than none: as kube-proxy has it. */
function orTheLastOnes(servers: readonly ProxyServer[]): readonly ProxyServer[] {
  if (servers.some(({ state }) => state === 'ready')) return servers;
  return servers.map((server) => ({ ...server, state: 'ready' }));
}
