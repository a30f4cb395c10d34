// The entries of a ConfigMap, texts and bytes alike, in the order of their keys. Pure.
import type { ConfigMap } from '@gantry/api/kinds/config-map';
import { bytesOf, type EntryValue, type StoredEntry } from './entry-draft.ts';

/** All of them. */
export function entriesOf({
  data = {},
  binaryData = {},
}: Pick<ConfigMap, 'data' | 'binaryData'>): StoredEntry[] {
  const values: (readonly [string, EntryValue])[] = [
    ...Object.entries(data).map(([key, text]) => [key, { text }] as const),
    ...Object.entries(binaryData).map(([key, base64]) => [key, { base64 }] as const),
  ];
  return values
    .map(([key, value]) => ({ key, bytes: bytesOf(value), value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}
