// The order of a merged list: items that the patch names follow the patch; the server's own keep their place among
// the neighbours they had before. Pure, and the same rule for scalars (no key) and objects.
import { isMap } from '../json-value.ts';

/** What an item is known by: a scalar by itself, an object by its key field. */
export function identityOf(item: unknown, key: string): unknown {
  return key === '' ? item : isMap(item) ? item[key] : undefined;
}

/**
 * Orders `items`.
 *
 * @param named items (or stubs with only the key) in the order that is asked for
 * @param before the list before the patch, which places what `named` does not name
 */
export function arrange(
  items: readonly unknown[],
  named: readonly unknown[],
  before: readonly unknown[],
  key: string,
): unknown[] {
  const rankNamed = ranks(named, key);
  const rankBefore = ranks(before, key);
  const rank = (table: Map<unknown, number>, item: unknown): number | undefined =>
    table.get(identityOf(item, key));
  const byRank = (table: Map<unknown, number>) => (a: unknown, b: unknown) =>
    (rank(table, a) ?? Infinity) - (rank(table, b) ?? Infinity) || 0;
  const chosen = items.filter((item) => rank(rankNamed, item) !== undefined).sort(byRank(rankNamed));
  const own = items.filter((item) => rank(rankNamed, item) === undefined).sort(byRank(rankBefore));
  const precedes = (a: unknown, b: unknown): boolean => {
    const left = rank(rankBefore, a);
    const right = rank(rankBefore, b);
    return left !== undefined && right !== undefined && left < right;
  };
  return interleave(own, chosen, precedes);
}

/** Merges two ordered lists: an item of `left` comes in front of the first item of `right` that it precedes. */
function interleave<T>(
  left: readonly T[],
  right: readonly T[],
  precedes: (left: T, right: T) => boolean,
): T[] {
  const result: T[] = [];
  let taken = 0;
  for (const item of right) {
    while (taken < left.length && precedes(left[taken] as T, item)) {
      result.push(left[taken] as T);
      taken += 1;
    }
    result.push(item);
  }
  return [...result, ...left.slice(taken)];
}

function ranks(items: readonly unknown[], key: string): Map<unknown, number> {
  const table = new Map<unknown, number>();
  for (const [index, item] of items.entries()) {
    const identity = identityOf(item, key);
    if (!table.has(identity)) table.set(identity, index);
  }
  return table;
}
