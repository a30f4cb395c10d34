// The cables of made-up hosts: one namespace is the switch, with a bridge for each link; each host has a namespace of its
// own, and where there are several links a router stands between them. What is there is left as it is, so that a run that
// was cut off can be repeated.
import { ipv4Number, overlap, readIpv4Range, type Ipv4Range } from '@gantry/kit/ipv4-range';
import { programRunner, type RunProgram } from '@gantry/kit/system-program';

/** A host's place. */
export interface Place {
  /** Of its namespace. */
  namespace: string;
  address: string;
  /** The end of its cable in the switch. */
  port: string;
}

const SECOND_OCTETS = Array.from({ length: 64 }, (_, index) => 128 + index);
const ADDRESS_BITS = 32;
const NO_PREFIX = 'this machine has no free range of addresses for hosts';
const ROUTER_LAST = 253;
const ROOT_LAST = 254;
const root = programRunner();

/** Programs inside a namespace. `ip netns exec` would mount /sys anew and hide cgroup v1 from Docker. */
export const inside = (namespace: string): string[] => ['nsenter', `--net=/var/run/netns/${namespace}`];

/** What the cables of one set of hosts are called. */
export interface Cabling {
  /** A few letters that no other set has. */
  id: string;
  /** `10.N`: link L is `10.N.L.0/24`. */
  prefix: string;
  links: number;
}

/** How a set gets its prefix. */
export interface PrefixChoice {
  /** From 0 to 1; spreads sets that are made at the same time. */
  chance: () => number;
  /** Told before anything is laid there, so that a run that was cut off can be repeated. */
  keep?: (prefix: string) => void;
}

/**
 * Lays the links of a new set where no other set is. Two that are made at the same time may find the same prefix free;
 * whoever sees another's address beside its own leaves that prefix.
 *
 * @throws when this machine has no free prefix.
 */
export async function layFreeLinks(
  { id, links }: Omit<Cabling, 'prefix'>,
  { chance, keep }: PrefixChoice,
): Promise<Cabling> {
  for (let left = SECOND_OCTETS.length; left > 0; left -= 1) {
    const prefix = freePrefix(await takenRanges(id), chance);
    const cabling = { id, prefix, links };
    keep?.(prefix);
    await layLinks(cabling);
    if (isFree(prefix, await takenRanges(id))) return cabling;
    await leavePrefix(cabling);
  }
  throw new Error(NO_PREFIX);
}

function freePrefix(taken: readonly Ipv4Range[], chance: () => number): string {
  const start = Math.floor(chance() * SECOND_OCTETS.length);
  const order = [...SECOND_OCTETS.slice(start), ...SECOND_OCTETS.slice(0, start)];
  const free = order.map((octet) => `10.${octet}`).find((prefix) => isFree(prefix, taken));
  if (free === undefined) throw new Error(NO_PREFIX);
  return free;
}

function isFree(prefix: string, taken: readonly Ipv4Range[]): boolean {
  const range = readIpv4Range(`${prefix}.0.0/16`);
  return range !== undefined && !taken.some((one) => overlap(one, range));
}

/** Of all devices of this machine but the set's own; also of those that are not up yet. */
async function takenRanges(id: string): Promise<Ipv4Range[]> {
  const devices = JSON.parse(await root(['ip', '-4', '-json', 'address', 'show'])) as Partial<Device>[];
  return devices
    .filter(({ ifname = '' }) => !ifname.startsWith(uplinkStart(id)))
    .flatMap(({ addr_info: all = [] }) => all)
    .flatMap(({ local, prefixlen: prefixLength }) => {
      const number = ipv4Number(local);
      if (number === undefined) return [];
      const size = 2 ** (ADDRESS_BITS - prefixLength);
      return [{ first: number - (number % size), size, prefixLength }];
    });
}

/** As `ip -json address` writes it. */
interface Device {
  ifname: string;
  addr_info: { local: string; prefixlen: number }[];
}

async function leavePrefix({ id, links }: Cabling): Promise<void> {
  for (let link = 0; link < links; link += 1)
    await root(['ip', '-4', 'address', 'flush', 'dev', uplinkName(id, link)]);
}

/** This machine's address on the first link. */
export function rootAddressOf({ prefix }: Cabling): string {
  return `${prefix}.0.${ROOT_LAST}`;
}

/** A host's address on its link. */
export function hostAddress({ prefix }: Cabling, link: number, index: number): string {
  return `${prefix}.${link}.${index + 1}`;
}

/** Lays the links of a set whose prefix is settled; this machine is on each as `.254`. */
export async function layLinks({ id, prefix, links }: Cabling): Promise<void> {
  const hub = hubName(id);
  await ensureNamespace(hub);
  const inHub = programRunner(inside(hub));
  await inHub(['ip', 'link', 'set', 'lo', 'up']);
  for (let link = 0; link < links; link += 1) {
    await ensureDevice(inHub, `br${link}`, ['type', 'bridge']);
    await inHub(['ip', 'link', 'set', `br${link}`, 'up']);
    const uplink = uplinkName(id, link);
    await ensureCable({ run: root, device: uplink }, { run: inHub, device: `up${link}`, namespace: hub });
    await plug(inHub, `up${link}`, link);
    await root(['ip', 'address', 'replace', `${prefix}.${link}.${ROOT_LAST}/24`, 'dev', uplink]);
    await root(['ip', 'link', 'set', uplink, 'up']);
  }
  if (links > 1) await layRouter({ id, prefix, links }, inHub);
}

/** A host on a link, `.1` and on by its index. It reaches the other links through the router, and nothing else in the world. */
export async function layHost(cabling: Cabling, index: number, link: number): Promise<Place> {
  const { id, prefix, links } = cabling;
  const namespace = `gh-${id}-${index}`;
  const port = `h${index}`;
  const address = hostAddress(cabling, link, index);
  await connect(cabling, { namespace, port, link, device: 'eth0', address });
  const run = programRunner(inside(namespace));
  for (let other = 0; other < links; other += 1) {
    if (other === link) continue;
    const router = `${prefix}.${link}.${ROUTER_LAST}`;
    await run(['ip', 'route', 'replace', `${prefix}.${other}.0/24`, 'via', router]);
  }
  await run(['ip', 'route', 'replace', 'unreachable', 'default']);
  // Inherited from this machine. Where it is on already, Docker does not drop what is forwarded.
  await run(['sysctl', '-w', 'net.ipv4.ip_forward=0']);
  return { namespace, address, port };
}

/** A cable that is cut, or whole again. */
export async function setPort({ id }: Cabling, port: string, state: 'up' | 'down'): Promise<void> {
  await programRunner(inside(hubName(id)))(['ip', 'link', 'set', port, state]);
}

/** Takes all namespaces of a set away, and with them its links. Safe to repeat. */
export async function removeLinks(id: string): Promise<void> {
  const listing = await root(['ip', 'netns', 'list']);
  for (const [name = ''] of listing.split('\n').map((line) => line.split(' ')))
    if (name.startsWith(`gh-${id}-`)) await root(['ip', 'netns', 'delete', name]);
  const links = await root(['ip', '-brief', 'link', 'show', 'type', 'veth']);
  for (const [, name = ''] of links.matchAll(/^(\S+?)(?:@\S+)?\s/gm))
    if (name.startsWith(uplinkStart(id))) await root(['ip', 'link', 'delete', name]).catch(() => undefined);
}

async function layRouter(cabling: Cabling, inHub: RunProgram): Promise<void> {
  const namespace = `gh-${cabling.id}-router`;
  for (let link = 0; link < cabling.links; link += 1) {
    const address = `${cabling.prefix}.${link}.${ROUTER_LAST}`;
    await connect(cabling, { namespace, port: `r${link}`, link, device: `eth${link}`, address });
  }
  const run = programRunner(inside(namespace));
  await run(['sysctl', '-w', 'net.ipv4.ip_forward=1']);
  await inHub(['ip', 'link', 'show', 'br0']);
}

interface Cable {
  namespace: string;
  port: string;
  link: number;
  device: string;
  address: string;
}

async function connect({ id }: Cabling, cable: Cable): Promise<void> {
  const { namespace, port, link, device, address } = cable;
  const hub = programRunner(inside(hubName(id)));
  await ensureNamespace(namespace);
  const run = programRunner(inside(namespace));
  await ensureCable({ run: hub, device: port }, { run, device, namespace });
  await plug(hub, port, link);
  await run(['ip', 'link', 'set', 'lo', 'up']);
  await run(['ip', 'address', 'replace', `${address}/24`, 'dev', device]);
  await run(['ip', 'link', 'set', device, 'up']);
}

/** One whose making was cut off has a name and nothing behind it. */
async function ensureNamespace(name: string): Promise<void> {
  if (await succeeds(root(['ip', '-netns', name, 'link', 'show', 'lo']))) return;
  await succeeds(root(['ip', 'netns', 'delete', name]));
  await root(['ip', 'netns', 'add', name]);
}

async function ensureDevice(run: RunProgram, name: string, kind: readonly string[]): Promise<void> {
  if (await succeeds(run(['ip', 'link', 'show', 'dev', name]))) return;
  await run(['ip', 'link', 'add', name, ...kind]);
}

/** A cable between two namespaces. One whose other end went with a namespace is laid anew. */
async function ensureCable(from: End, to: End & { namespace: string }): Promise<void> {
  const ends = [from, to];
  const are = await Promise.all(
    ends.map(({ run, device }) => succeeds(run(['ip', 'link', 'show', 'dev', device]))),
  );
  if (are.every(Boolean)) return;
  for (const { run, device } of ends) await succeeds(run(['ip', 'link', 'delete', device]));
  const peer = ['peer', 'name', to.device, 'netns', to.namespace];
  await from.run(['ip', 'link', 'add', from.device, 'type', 'veth', ...peer]);
}

interface End {
  run: RunProgram;
  device: string;
}

function succeeds(running: Promise<unknown>): Promise<boolean> {
  return running.then(
    () => true,
    () => false,
  );
}

async function plug(hub: RunProgram, port: string, link: number): Promise<void> {
  await hub(['ip', 'link', 'set', port, 'master', `br${link}`]);
  await hub(['ip', 'link', 'set', port, 'up']);
}

/** The namespace that is the switch. */
export function hubName(id: string): string {
  return `gh-${id}-hub`;
}

/** At most 15 characters. */
function uplinkName(id: string, link: number): string {
  return `${uplinkStart(id)}${link}`;
}

function uplinkStart(id: string): string {
  return `gh${id}u`;
}
