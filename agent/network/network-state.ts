// The pod network as the kernel and the engine have it, and what may be done to it. Data only.
import type { Ipv4Range } from '@gantry/kit/ipv4-range';

/** A network device with its IPv4 addresses. */
export interface HostLink {
  name: string;
  isUp: boolean;
  mtu: number;
  mac: string;
  addresses: readonly { address: string; prefixLength: number }[];
  /** Of a VXLAN device. */
  vxlan?: { id: number; port: number; local: string; learning: boolean };
}

/** A route with our protocol and metric; those of others are never looked at. */
export interface HostRoute {
  destination: string;
  via: string;
  device: string;
  /** The next hop is on the device though no address of it says so. */
  isOnlink: boolean;
  /** What the host itself sends from; empty for whatever the kernel takes. */
  source: string;
}

/** Who has an address behind the VXLAN device. */
export interface Neighbour {
  address: string;
  mac: string;
}

/** To which host frames for a MAC go. */
export interface ForwardingEntry {
  mac: string;
  host: string;
}

/** The engine's network. */
export interface EngineNetwork {
  subnet: string;
  gateway: string;
  bridge: string;
  /** Containers that are in it. */
  attached: number;
}

/** All that a plan looks at. */
export interface ObservedNetwork {
  links: readonly HostLink[];
  routes: readonly HostRoute[];
  neighbours: readonly Neighbour[];
  entries: readonly ForwardingEntry[];
  /** net.ipv4.ip_forward */
  forwards: boolean;
  network: EngineNetwork | undefined;
  /** The text of rules that is in force, untouched since; undefined when there is none, or somebody changed it. */
  rules: string | undefined;
  /** Docker's rules let marked packets pass. */
  accepts: boolean;
}

/** The VXLAN device as it has to be. */
export interface VxlanWish {
  local: string;
  mac: string;
  mtu: number;
}

/** One thing to do; safe to do twice. */
export type NetworkAction =
  | { type: 'enable-forwarding' }
  | { type: 'create-network'; subnet: string; gateway: string; mtu: number }
  | { type: 'remove-network' }
  | { type: 'apply-rules'; text: string }
  | { type: 'accept-marked' }
  | { type: 'create-vxlan'; wish: VxlanWish }
  | { type: 'adjust-vxlan'; wish: VxlanWish }
  | { type: 'remove-vxlan' }
  | { type: 'add-vxlan-address'; address: string }
  | { type: 'set-neighbour'; neighbour: Neighbour }
  | { type: 'remove-neighbour'; neighbour: Neighbour }
  | { type: 'set-entry'; entry: ForwardingEntry }
  | { type: 'remove-entry'; entry: ForwardingEntry }
  | { type: 'set-route'; route: HostRoute }
  | { type: 'remove-route'; route: HostRoute };

/** What stands in the way, for a condition of the node. */
export interface NetworkFault {
  /** One word for programs. */
  reason: string;
  /** Names the remedy. */
  message: string;
}

/** What a plan is made of. */
export interface NetworkPlan {
  actions: readonly NetworkAction[];
  /** The first thing that stands in the way of pods here. */
  fault: NetworkFault | undefined;
  /** Nodes that cannot be reached, and why. */
  unreachable: readonly { node: string; why: string }[];
}

/** A host's link network, for comparing. */
export interface LinkRange {
  device: string;
  range: Ipv4Range;
}
