// Places in sorted arrays.

/**
 * The first index whose item is not before the place looked for.
 *
 * @param isBefore true for a (possibly empty) leading part of `items`, false for the rest.
 */
export function lowerBound<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(items[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
