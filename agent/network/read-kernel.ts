// What the kernel has of the pod network, in iproute2's JSON. Thin; what does not look as expected is left out.
import { isRecord } from '@gantry/kit/is-record';
import { ROUTE_PROTOCOL, type PodNetworkNames } from '@gantry/kit/pod-network/names';
import type { RunProgram } from '@gantry/kit/system-program';
import type { ForwardingEntry, HostLink, HostRoute, Neighbour } from './network-state.ts';

type Entry = Record<string, unknown>;

export async function readLinks(run: RunProgram): Promise<HostLink[]> {
  return (await list(run, ['ip', '-json', '-details', '-4', 'address', 'show'])).map((entry) => {
    const vxlan = vxlanOf(entry);
    return {
      name: text(entry['ifname']),
      isUp: strings(entry['flags']).includes('UP'),
      mtu: Number(entry['mtu']),
      mac: text(entry['address']),
      addresses: records(entry['addr_info']).flatMap((one) =>
        one['family'] === 'inet'
          ? [{ address: text(one['local']), prefixLength: Number(one['prefixlen']) }]
          : [],
      ),
      ...(vxlan === undefined ? {} : { vxlan }),
    };
  });
}

/** Our own alone. */
export async function readRoutes(run: RunProgram, names: PodNetworkNames): Promise<HostRoute[]> {
  const routes = await list(run, ['ip', '-json', '-4', 'route', 'show', 'proto', String(ROUTE_PROTOCOL)]);
  return routes
    .filter((entry) => entry['metric'] === names.routeMetric)
    .map((entry) => ({
      destination: text(entry['dst']),
      via: text(entry['gateway']),
      device: text(entry['dev']),
      isOnlink: strings(entry['flags']).includes('onlink'),
      source: text(entry['prefsrc']),
    }));
}

export async function readNeighbours(run: RunProgram, device: string): Promise<Neighbour[]> {
  const found = await list(run, ['ip', '-json', '-4', 'neigh', 'show', 'dev', device, 'nud', 'permanent']);
  return found.map((entry) => ({ address: text(entry['dst']), mac: text(entry['lladdr']) }));
}

export async function readEntries(run: RunProgram, device: string): Promise<ForwardingEntry[]> {
  const found = await list(run, ['bridge', '-json', 'fdb', 'show', 'dev', device]);
  return found.flatMap((entry) =>
    entry['dst'] === undefined ? [] : [{ mac: text(entry['mac']), host: text(entry['dst']) }],
  );
}

function vxlanOf(entry: Entry): HostLink['vxlan'] {
  const info = entry['linkinfo'];
  if (!isRecord(info) || info['info_kind'] !== 'vxlan' || !isRecord(info['info_data'])) return undefined;
  const { id, port, local, learning } = info['info_data'];
  return { id: Number(id), port: Number(port), local: text(local), learning: learning !== false };
}

async function list(run: RunProgram, argv: readonly string[]): Promise<Entry[]> {
  const answer = await run(argv);
  return answer.trim() === '' ? [] : records(JSON.parse(answer));
}

function records(value: unknown): Entry[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
