// The values of a Secret, read from base64: texts, or a number of bytes. Pure.
import { decodeBase64 } from '@gantry/api/base64';
import type { ShownValue } from './value-list.tsx';

/** In the order of the keys. */
export function secretValues(data: Readonly<Record<string, string>>): (readonly [string, ShownValue])[] {
  return Object.entries(data)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, base64]) => {
      const text = decodeBase64(base64);
      return [key, text === undefined ? { bytes: byteCount(base64) } : { text }] as const;
    });
}

/** Bytes behind base64. */
export function byteCount(base64: string): number {
  const signs = base64.replace(/[=\s]/g, '').length;
  return Math.floor((signs * 3) / 4);
}
