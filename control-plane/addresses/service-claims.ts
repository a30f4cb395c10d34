// Addresses and node ports of Services: what one has, and what it is given. Pure but for the given chance.
import type { Issue } from '@gantry/api/issue';
import { invalidValue } from '@gantry/api/issues';
import { serviceKind, type Service, type ServicePort, type ServiceSpec } from '@gantry/api/kinds/service';
import type { Random } from '@gantry/kit/random';
import { claimKey, type Claim, type ClaimRules } from '../resources/claims.ts';
import { chooseFree, staticBandOf, type NumberRange } from './choose.ts';
import { ipv4Number, ipv4Text, isWithin, rangeText, type Ipv4Range } from '@gantry/kit/ipv4-range';
import { addressOf, lacksAddress, needsNodePorts } from './service-spec.ts';

/** Where addresses and ports of Services come from. */
export interface ServiceRanges {
  addresses: Ipv4Range;
  /** First and last, both included. */
  nodePorts: { first: number; last: number };
}

/** The network's own address is nobody's, the first is that of the API servers, the last is the broadcast's. */
const FIRST_GIVEN = 2;
const LAST_KEPT = 1;

const addressKey = (address: string): string => claimKey('service-address', address);
const nodePortKey = (port: number): string => claimKey('node-port', String(port));

/** The rules for the given ranges. */
export function serviceClaims(ranges: ServiceRanges, random: Random): ClaimRules {
  return {
    definition: serviceKind,
    held: (object) => heldBy((object as Service).spec),
    fill(object, isTaken, previous) {
      const { spec } = object as Service;
      const before = (previous as Service | undefined)?.spec;
      return [
        ...fillAddress(spec, before, ranges.addresses, isTaken, random),
        ...fillNodePorts(spec, before, ranges.nodePorts, isTaken, random),
      ];
    },
  };
}

function heldBy(spec: ServiceSpec): Claim[] {
  const address = addressOf(spec);
  const claims: Claim[] = [];
  if (address !== undefined)
    claims.push({
      key: addressKey(address),
      path: 'spec.clusterIP',
      value: address,
      takenMessage: 'provided IP is already allocated',
    });
  if (!needsNodePorts(spec)) return claims;
  const seen = new Set<number>();
  for (const [index, { nodePort = 0 }] of (spec.ports ?? []).entries()) {
    if (nodePort === 0 || seen.has(nodePort)) continue;
    seen.add(nodePort);
    claims.push({
      key: nodePortKey(nodePort),
      path: `spec.ports[${index}].nodePort`,
      value: nodePort,
      takenMessage: 'provided port is already allocated',
    });
  }
  return claims;
}

function fillAddress(
  spec: ServiceSpec,
  before: ServiceSpec | undefined,
  range: Ipv4Range,
  isTaken: (key: string) => boolean,
  random: Random,
): Issue[] {
  const given = addressOf(spec);
  if (given !== undefined) {
    spec.clusterIPs = [given];
    const isOld = before !== undefined && addressOf(before) === given;
    return isOld || isUsable(range, given) ? [] : [outOfRange(range, given)];
  }
  if (!lacksAddress(spec)) return [];
  const chosen = chooseFree(givenOut(range), (number) => isTaken(addressKey(ipv4Text(number))), random);
  if (chosen === undefined) return [noAddressLeft(range)];
  spec.clusterIP = ipv4Text(chosen);
  spec.clusterIPs = [spec.clusterIP];
  return [];
}

function givenOut({ first, size }: Ipv4Range): NumberRange {
  const band = Math.max(0, staticBandOf(size, 16, 256) - FIRST_GIVEN);
  const given = Math.max(0, size - FIRST_GIVEN - LAST_KEPT);
  return { first: first + FIRST_GIVEN, size: given, staticBand: Math.min(band, given) };
}

function isUsable(range: Ipv4Range, address: string): boolean {
  const number = ipv4Number(address);
  if (number === undefined || !isWithin(range, number)) return false;
  return number !== range.first && number !== range.first + range.size - 1;
}

function outOfRange(range: Ipv4Range, address: string): Issue {
  const why = `provided IP is not in the valid range. The range of valid IPs is ${rangeText(range)}`;
  return invalidValue('spec.clusterIP', address, why);
}

function noAddressLeft(range: Ipv4Range): Issue {
  const why = `no address is left in ${rangeText(range)}: delete Services that are not needed, or start the control planes with a larger --service-cidr`;
  return invalidValue('spec.clusterIP', '', why);
}

function fillNodePorts(
  spec: ServiceSpec,
  before: ServiceSpec | undefined,
  range: ServiceRanges['nodePorts'],
  isTaken: (key: string) => boolean,
  random: Random,
): Issue[] {
  if (!needsNodePorts(spec)) return [];
  const old = new Set((before?.ports ?? []).map(({ nodePort }) => nodePort));
  const ports = spec.ports ?? [];
  return ports.flatMap((port, index) => {
    const path = `spec.ports[${index}].nodePort`;
    const { nodePort = 0 } = port;
    if (nodePort !== 0) {
      const isGood = old.has(nodePort) || (nodePort >= range.first && nodePort <= range.last);
      return isGood ? [] : [portOutOfRange(path, nodePort, range)];
    }
    const chosen = twinOf(port, ports) ?? chooseNodePort(ports, range, isTaken, random);
    if (chosen === undefined) return [noPortLeft(path, range)];
    port.nodePort = chosen;
    return [];
  });
}

/** One number serves the same port of another protocol too (DNS over UDP and TCP). */
function twinOf(port: ServicePort, ports: readonly ServicePort[]): number | undefined {
  const twin = ports.find(
    (other) => other.port === port.port && other.protocol !== port.protocol && (other.nodePort ?? 0) !== 0,
  );
  const isUsed = ports.some(
    (other) => other.protocol === port.protocol && other.nodePort === twin?.nodePort && twin !== undefined,
  );
  return isUsed ? undefined : twin?.nodePort;
}

function chooseNodePort(
  ports: readonly ServicePort[],
  { first, last }: ServiceRanges['nodePorts'],
  isTaken: (key: string) => boolean,
  random: Random,
): number | undefined {
  const own = new Set(ports.map(({ nodePort }) => nodePort));
  const size = last - first + 1;
  const range = { first, size, staticBand: staticBandOf(size, 32, 128) };
  return chooseFree(range, (number) => own.has(number) || isTaken(nodePortKey(number)), random);
}

function portOutOfRange(path: string, port: number, range: ServiceRanges['nodePorts']): Issue {
  const why = `provided port is not in the valid range. The range of valid ports is ${range.first}-${range.last}`;
  return invalidValue(path, port, why);
}

function noPortLeft(path: string, range: ServiceRanges['nodePorts']): Issue {
  const why = `no port is left in ${range.first}-${range.last}: delete Services that are not needed, or start the control planes with a larger --service-node-port-range`;
  return invalidValue(path, 0, why);
}

/** The first address of the range: that of the Service `kubernetes`. */
export function firstAddressOf({ first }: Ipv4Range): string {
  return ipv4Text(first + 1);
}
