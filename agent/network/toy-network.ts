// A toy kernel and engine that do what a plan asks, for tests: what an action does to an observation. Pure.
import { podNetworkNames } from '@gantry/kit/pod-network/names';
import { VXLAN_PORT } from '@gantry/kit/pod-network/names';
import type { HostLink, NetworkAction, ObservedNetwork } from './network-state.ts';

/** A host with one cable and nothing of ours. */
export function bareHost(address: string, links: readonly HostLink[] = []): ObservedNetwork {
  const eth0 = {
    ...{ name: 'eth0', isUp: true, mtu: 1500, mac: '' },
    addresses: [{ address, prefixLength: 24 }],
  };
  return {
    ...{ links: [eth0, ...links], routes: [], neighbours: [], entries: [] },
    ...{ forwards: false, network: undefined, rules: undefined, accepts: false },
  };
}

export function plainLink(name: string, address: string, prefixLength: number): HostLink {
  return { ...{ name, isUp: true, mtu: 1500, mac: '' }, addresses: [{ address, prefixLength }] };
}

/** The world after the action. */
export function performToy(world: ObservedNetwork, action: NetworkAction, scope: string): ObservedNetwork {
  const names = podNetworkNames(scope);
  const withoutLink = (name: string): HostLink[] => world.links.filter((link) => link.name !== name);
  const changeVxlan = (change: (link: HostLink) => HostLink): ObservedNetwork => ({
    ...world,
    links: world.links.map((link) => (link.name === names.vxlan ? change(link) : link)),
  });
  switch (action.type) {
    case 'enable-forwarding':
      return { ...world, forwards: true };
    case 'create-network': {
      const { subnet, gateway } = action;
      const network = { subnet, gateway, bridge: names.bridge, attached: 0 };
      return { ...world, network, links: [...world.links, plainLink(names.bridge, gateway, 24)] };
    }
    case 'remove-network':
      return { ...world, network: undefined, links: withoutLink(names.bridge) };
    case 'apply-rules':
      return { ...world, rules: action.text };
    case 'accept-marked':
      return { ...world, accepts: true };
    case 'create-vxlan': {
      const { local, mac, mtu } = action.wish;
      const vxlan = { id: names.vxlanId, port: VXLAN_PORT, local, learning: false };
      const link = { name: names.vxlan, isUp: true, mtu, mac, addresses: [], vxlan };
      return { ...world, links: [...world.links, link] };
    }
    case 'adjust-vxlan':
      return changeVxlan((link) => ({ ...link, mac: action.wish.mac, mtu: action.wish.mtu, isUp: true }));
    case 'remove-vxlan': {
      const routes = world.routes.filter(({ device }) => device !== names.vxlan);
      return { ...world, links: withoutLink(names.vxlan), routes, neighbours: [], entries: [] };
    }
    case 'add-vxlan-address':
      return changeVxlan((link) => ({
        ...link,
        addresses: [...link.addresses, { address: action.address, prefixLength: 32 }],
      }));
    default:
      return performEntry(world, action);
  }
}

type EntryAction = NetworkAction & { type: `${'set' | 'remove'}-${'neighbour' | 'entry' | 'route'}` };

function performEntry(world: ObservedNetwork, action: NetworkAction): ObservedNetwork {
  const entry = action as EntryAction;
  switch (entry.type) {
    case 'set-neighbour':
    case 'remove-neighbour': {
      const others = world.neighbours.filter(({ address }) => address !== entry.neighbour.address);
      return { ...world, neighbours: entry.type === 'set-neighbour' ? [...others, entry.neighbour] : others };
    }
    case 'set-entry':
    case 'remove-entry': {
      const others = world.entries.filter(({ mac }) => mac !== entry.entry.mac);
      return { ...world, entries: entry.type === 'set-entry' ? [...others, entry.entry] : others };
    }
    case 'set-route':
    case 'remove-route': {
      const others = world.routes.filter(({ destination }) => destination !== entry.route.destination);
      return { ...world, routes: entry.type === 'set-route' ? [...others, entry.route] : others };
    }
  }
}
