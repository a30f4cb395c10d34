// Groups of items by a key, in the order in which they come.
import { getOrSet } from './get-or-set.ts';

/** Items by key. */
export function groupBy<K, T>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) getOrSet(groups, keyOf(item), () => []).push(item);
  return groups;
}
