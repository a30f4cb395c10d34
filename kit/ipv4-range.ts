// Ranges of IPv4 addresses as numbers: reading them, and cutting them into blocks. Pure.
import { isIPv4 } from 'node:net';

/** `10.96.0.0/16`. */
export interface Ipv4Range {
  /** The first address, as a number. */
  first: number;
  /** How many addresses it has. */
  size: number;
  prefixLength: number;
}

const BITS = 32;
const BYTE = 256;

/** The address as a number; undefined when it is none. */
export function ipv4Number(text: string): number | undefined {
  return isIPv4(text) ? text.split('.').reduce((sum, part) => sum * BYTE + Number(part), 0) : undefined;
}

/** The number as an address. */
export function ipv4Text(address: number): string {
  return [3, 2, 1, 0].map((power) => Math.floor(address / BYTE ** power) % BYTE).join('.');
}

/** Reads `10.96.0.0/16`; undefined when it is none, or when the address is not the first of its range. */
export function readIpv4Range(text: string): Ipv4Range | undefined {
  const [, address = '', length = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  const first = ipv4Number(address);
  const prefixLength = Number(length);
  if (first === undefined || length === '' || prefixLength > BITS) return undefined;
  const size = 2 ** (BITS - prefixLength);
  return first % size === 0 ? { first, size, prefixLength } : undefined;
}

export function rangeText({ first, prefixLength }: Ipv4Range): string {
  return `${ipv4Text(first)}/${prefixLength}`;
}

export function isWithin(range: Ipv4Range, address: number): boolean {
  return address >= range.first && address < range.first + range.size;
}

/** Whether the two have an address in common. */
export function overlap(a: Ipv4Range, b: Ipv4Range): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** How many blocks of this length the range has. */
export function blockCount(range: Ipv4Range, prefixLength: number): number {
  return range.size / 2 ** (BITS - prefixLength);
}

/** The block at a place, from 0. */
export function blockAt(range: Ipv4Range, prefixLength: number, index: number): Ipv4Range {
  const size = 2 ** (BITS - prefixLength);
  return { first: range.first + index * size, size, prefixLength };
}
