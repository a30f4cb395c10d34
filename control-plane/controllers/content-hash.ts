// A short name for a value: the same on every machine and in every run, whatever the order of its fields.
import { SUFFIX_ALPHABET } from '@gantry/kit/random';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Seven characters fit for names and labels, from FNV-1a (32 bit) over the value's canonical JSON. Two values may
 * share a hash: `collisions` counts how often that has been seen, and leads to another one.
 */
export function contentHash(value: unknown, collisions = 0): string {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(`${canonicalJson(value)}${collisions || ''}`)) {
    hash = Math.imul(hash ^ byte, FNV_PRIME) >>> 0;
  }
  let text = '';
  for (let digit = 0; digit < 7; digit += 1) {
    text += SUFFIX_ALPHABET[hash % SUFFIX_ALPHABET.length] ?? '';
    hash = Math.floor(hash / SUFFIX_ALPHABET.length);
  }
  return text;
}

/** JSON with the fields of every object in order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
