// Chooses a number of a range that nobody has. Random, so that replicas which choose at the same time rarely meet; the
// low band is left to those who ask for a number by name, as long as there are others. Pure but for the given chance.
import type { Random } from '@gantry/kit/random';

/** Numbers `first` to `first + size - 1`, of which the lowest `staticBand` are given out last. */
export interface NumberRange {
  first: number;
  size: number;
  staticBand: number;
}

/**
 * How many low numbers are kept for those who name one: `min(max(16, size / step), max)`, none of a small range.
 *
 * Source: Kubernetes' KEP-3070 (addresses: 16 and 256) and KEP-3668 (node ports: 32 and 128).
 */
export function staticBandOf(size: number, step: number, max: number): number {
  const least = 16;
  return size <= least ? 0 : Math.min(Math.max(least, Math.floor(size / step)), max);
}

/** A number that is not taken; undefined when all are. */
export function chooseFree(
  { first, size, staticBand }: NumberRange,
  isTaken: (number: number) => boolean,
  random: Random,
): number | undefined {
  return (
    firstFree(first + staticBand, size - staticBand, isTaken, random) ??
    firstFree(first, staticBand, isTaken, random)
  );
}

/** From a random place on, once around. */
function firstFree(
  first: number,
  size: number,
  isTaken: (number: number) => boolean,
  random: Random,
): number | undefined {
  const start = Math.floor(random.next() * size);
  for (let step = 0; step < size; step += 1) {
    const number = first + ((start + step) % size);
    if (!isTaken(number)) return number;
  }
  return undefined;
}
