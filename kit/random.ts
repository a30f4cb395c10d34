// Chance and identity as arguments: a seeded source makes a whole run repeatable.
import { randomBytes, randomUUID } from 'node:crypto';

/** A source of chance. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

/** Makes identities. */
export interface Ids {
  /** An RFC 4122 version 4 UUID. */
  uid(): string;
  /** `length` characters from an alphabet without vowels, as Kubernetes puts behind generated names. */
  suffix(length: number): string;
}

/** 27 characters without vowels and look-alikes, so that no generated name is a word. */
export const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Chance from the machine. */
export const systemRandom: Random = { next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48 };

/** A repeatable source (mulberry32): the same seed gives the same numbers. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

/** Identities drawn from `random`. */
export function idsFrom(random: Random): Ids {
  const pick = (alphabet: string): string => alphabet[Math.floor(random.next() * alphabet.length)] ?? '';
  const draw = (length: number, alphabet: string): string => {
    let text = '';
    for (let at = 0; at < length; at += 1) text += pick(alphabet);
    return text;
  };
  return {
    uid: () => {
      const hex = draw(30, '0123456789abcdef');
      const variant = pick('89ab');
      const [third, fourth] = [`4${hex.slice(12, 15)}`, `${variant}${hex.slice(15, 18)}`];
      // Joined, it is one text; put together in a template, it stays a tree of its parts, seven times as large.
      return [hex.slice(0, 8), hex.slice(8, 12), third, fourth, hex.slice(18, 30)].join('-');
    },
    suffix: (length) => draw(length, SUFFIX_ALPHABET),
  };
}

/** Identities from the machine's own randomness. Each request takes one: Node keeps random bytes for UUIDs ready. */
export const systemIds: Ids = { ...idsFrom(systemRandom), uid: () => randomUUID() };
