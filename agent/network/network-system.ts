// The pod network's way to kernel and engine: looks, and does one action at a time. Decides nothing.
import { acceptRule, podNetworkNames, ROUTE_PROTOCOL, VXLAN_PORT } from '@gantry/kit/pod-network/names';
import { ACCEPT_CHAINS } from '@gantry/kit/pod-network/remove-from-kernel';
import { programRunner, type RunProgram } from '@gantry/kit/system-program';
import type { Engine } from '../runtime/docker/engine.ts';
import { applyNft } from '../service-proxy/apply-nft.ts';
import { createEngineNetwork, readEngineNetwork, removeEngineNetwork } from './engine-network.ts';
import type { EngineNetwork, NetworkAction, ObservedNetwork } from './network-state.ts';
import { readEntries, readLinks, readNeighbours, readRoutes } from './read-kernel.ts';

/** What the shell of the pod network needs of the world. */
export interface NetworkSystem {
  observe(): Promise<ObservedNetwork>;
  /** The engine's half alone: what is there after a restart, before anybody has said what should be. */
  network(): Promise<EngineNetwork | undefined>;
  /** @throws OperationalError */
  perform(action: NetworkAction): Promise<void>;
}

export interface SystemDeps {
  engine: Engine;
  /** Of the node: see kit/node-scope.ts. */
  scope: string;
  /** What programs are started through, such as `nsenter --net=…`. */
  through?: readonly string[];
}

const FORWARDING = 'net.ipv4.ip_forward';
/** Another program may hold the lock of iptables. */
const LOCK_WAIT_SECONDS = '5';

export function createNetworkSystem({ engine, scope, through = [] }: SystemDeps): NetworkSystem {
  const run = programRunner(through);
  const names = podNetworkNames(scope);
  /** The kernel words rules in its own way: what it made of our text tells whether anybody has touched them since. */
  let applied: { text: string; listing: string } | undefined;
  const listing = (): Promise<string> =>
    run(['nft', '--stateless', 'list', 'table', 'ip', names.table]).catch(() => '');
  const network = (): Promise<EngineNetwork | undefined> => readEngineNetwork(engine, names);

  return {
    network,
    async observe() {
      const links = await readLinks(run);
      const hasTunnel = links.some(({ name }) => name === names.vxlan);
      const [routes, neighbours, entries, forwarding, rules, there, accepts] = await Promise.all([
        readRoutes(run, names),
        hasTunnel ? readNeighbours(run, names.vxlan) : [],
        hasTunnel ? readEntries(run, names.vxlan) : [],
        run(['sysctl', '-n', FORWARDING]),
        listing(),
        network(),
        acceptsMarked(run, acceptRule(names)),
      ]);
      const isUntouched = applied !== undefined && rules !== '' && rules === applied.listing;
      return {
        ...{ links, routes, neighbours, entries, network: there, accepts },
        forwards: forwarding.trim() === '1',
        rules: isUntouched ? applied?.text : undefined,
      };
    },
    async perform(action) {
      switch (action.type) {
        case 'create-network':
          return createEngineNetwork(engine, names, scope, action);
        case 'remove-network':
          return removeEngineNetwork(engine, names);
        case 'apply-rules':
          await applyNft(action.text, through);
          applied = { text: action.text, listing: await listing() };
          return;
        case 'accept-marked':
          await iptables(run, ['-I', await acceptChain(run), ...acceptRule(names)]);
          return;
        default:
          for (const argv of commandsOf(action, names)) await run(argv);
      }
    },
  };
}

type KernelAction = Exclude<
  NetworkAction,
  { type: 'create-network' | 'remove-network' | 'apply-rules' | 'accept-marked' }
>;

/** Pure: the words for iproute2. What is replaced or appended may be there already. */
function commandsOf(action: KernelAction, names: ReturnType<typeof podNetworkNames>): string[][] {
  const { vxlan } = names;
  switch (action.type) {
    case 'enable-forwarding':
      return [['sysctl', '-w', `${FORWARDING}=1`]];
    case 'create-vxlan': {
      const { local, mac, mtu } = action.wish;
      const kind = ['type', 'vxlan', 'id', String(names.vxlanId), 'local', local];
      const port = ['dstport', String(VXLAN_PORT), 'nolearning'];
      return [['ip', 'link', 'add', vxlan, 'mtu', String(mtu), 'address', mac, ...kind, ...port], up(vxlan)];
    }
    case 'adjust-vxlan': {
      const { mac, mtu } = action.wish;
      return [['ip', 'link', 'set', vxlan, 'address', mac, 'mtu', String(mtu)], up(vxlan)];
    }
    case 'remove-vxlan':
      return [['ip', 'link', 'delete', vxlan]];
    case 'add-vxlan-address':
      return [['ip', 'address', 'replace', `${action.address}/32`, 'dev', vxlan]];
    case 'set-neighbour': {
      const { address, mac } = action.neighbour;
      return [['ip', 'neigh', 'replace', address, 'lladdr', mac, 'dev', vxlan, 'nud', 'permanent']];
    }
    case 'remove-neighbour':
      return [['ip', 'neigh', 'delete', action.neighbour.address, 'dev', vxlan]];
    case 'set-entry':
      return [['bridge', 'fdb', 'replace', action.entry.mac, 'dev', vxlan, 'dst', action.entry.host]];
    case 'remove-entry':
      return [['bridge', 'fdb', 'delete', action.entry.mac, 'dev', vxlan, 'dst', action.entry.host]];
    case 'set-route':
    case 'remove-route':
      return [routeCommand(action, names.routeMetric)];
  }
}

function routeCommand(
  { type, route }: KernelAction & { type: 'set-route' | 'remove-route' },
  metric: number,
) {
  const { destination, via, device, isOnlink, source } = route;
  const own = ['proto', String(ROUTE_PROTOCOL), 'metric', String(metric)];
  if (type === 'remove-route') return ['ip', '-4', 'route', 'delete', destination, 'dev', device, ...own];
  const from = source === '' ? [] : ['src', source];
  const how = ['via', via, 'dev', device, ...(isOnlink ? ['onlink'] : []), ...from];
  return ['ip', '-4', 'route', 'replace', destination, ...how, ...own];
}

function up(device: string): string[] {
  return ['ip', 'link', 'set', device, 'up'];
}

function iptables(run: RunProgram, args: readonly string[]): Promise<string> {
  return run(['iptables', '-w', LOCK_WAIT_SECONDS, ...args]);
}

/** Docker's own place for rules of others; without Docker's rules the chain that it hangs in. */
async function acceptChain(run: RunProgram): Promise<string> {
  const [dockers, plain] = ACCEPT_CHAINS;
  return iptables(run, ['-S', dockers]).then(
    () => dockers,
    () => plain,
  );
}

async function acceptsMarked(run: RunProgram, rule: readonly string[]): Promise<boolean> {
  return iptables(run, ['-C', await acceptChain(run), ...rule]).then(
    () => true,
    () => false,
  );
}
