// Where the addresses of a new cluster's pods come from: a range that this machine uses for nothing else, since several
// clusters may share it. Kept in the state folder, as etcd keeps what was given out of it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { ipv4Number, overlap, readIpv4Range, type Ipv4Range } from '@gantry/kit/ipv4-range';
import type { Home } from '../home.ts';

/** Kubernetes' usual range is asked first. */
const SECOND_OCTET_FIRST = 244;
const SECOND_OCTETS = 256;

/** The cluster's range: the one that it had, else a free one. */
export function clusterRangeOf(home: Home): string {
  if (existsSync(home.clusterRange)) return readFileSync(home.clusterRange, 'utf8').trim();
  // etcd may hold ranges from before this was written down: they were Kubernetes' own.
  const range = existsSync(home.etcdData) ? rangeAt(SECOND_OCTET_FIRST) : freeClusterRange(usedRanges());
  writeFileSync(home.clusterRange, `${range}\n`);
  return range;
}

/** The first range, from `10.<start>.0.0/16` on, that overlaps none of those. Pure. */
export function freeClusterRange(used: readonly Ipv4Range[], start = SECOND_OCTET_FIRST): string {
  for (let step = 0; step < SECOND_OCTETS; step += 1) {
    const text = rangeAt((start + step) % SECOND_OCTETS);
    const range = readIpv4Range(text);
    if (range !== undefined && !used.some((other) => overlap(other, range))) return text;
  }
  return rangeAt(start);
}

/** The networks that this machine is in. */
export function usedRanges(): Ipv4Range[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.flatMap(({ address, cidr }) => {
    const number = ipv4Number(address);
    const prefixLength = Number(cidr?.split('/')[1] ?? Number.NaN);
    if (number === undefined || Number.isNaN(prefixLength)) return [];
    const size = 2 ** (32 - prefixLength);
    return [{ first: number - (number % size), size, prefixLength }, SERVICE_RANGE];
  });
}

/** The control plane's own for Services. */
const SERVICE_RANGE: Ipv4Range = { first: (10 * 256 + 96) * 65_536, size: 65_536, prefixLength: 16 };

function rangeAt(secondOctet: number): string {
  return `10.${secondOctet}.0.0/16`;
}
