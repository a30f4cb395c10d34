// Tells whether a container was made from the definition that the pod has now. Of a pod's containers only the
// image can change, so only the image counts.
import type { Container } from '@gantry/api/kinds/pod';

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = 0xffffffffffffffffn;

/** 16 hex digits (FNV-1a, 64 bits). */
export function specHash(container: Container): string {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(container.image ?? '')) {
    hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  }
  return hash.toString(16).padStart(16, '0');
}
