// Items of keyed lists and sets by what identifies them, so that two lists can be compared item by item.
import { isMap, ownField, type JsonMap } from '../json-value.ts';
import type { ListRule } from './merge-schema.ts';

/** A list whose items can be told apart. */
export type KeyedRule = Exclude<ListRule, { type: 'atomic' }>;

/** Items in order, each with its path element; `faults` names items that cannot be told apart. */
export interface KeyedItems {
  items: { element: string; value: unknown }[];
  faults: { index: number; message: string; duplicate: boolean }[];
}

/** Names each item by its keys (`k:{…}`, defaults filled in, keys in order) or by its value (`v:…`). */
export function keyedItems(rule: KeyedRule, list: readonly unknown[]): KeyedItems {
  const result: KeyedItems = { items: [], faults: [] };
  const seen = new Set<string>();
  for (const [index, value] of list.entries()) {
    const element = rule.type === 'set' ? `v:${JSON.stringify(value)}` : keyElement(rule, value);
    if (element === undefined) {
      const names = rule.type === 'map' ? rule.keys.map(({ name }) => name).join(', ') : '';
      result.faults.push({ index, message: `the item must have the key ${names}`, duplicate: false });
      continue;
    }
    if (seen.has(element)) result.faults.push({ index, message: element.slice(2), duplicate: true });
    seen.add(element);
    result.items.push({ element, value });
  }
  return result;
}

function keyElement(rule: { type: 'map' } & KeyedRule, item: unknown): string | undefined {
  if (!isMap(item)) return undefined;
  const key: JsonMap = {};
  let named = 0;
  for (const { name, fallback } of [...rule.keys].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const value = ownField(item, name) ?? fallback;
    if (value === undefined || value === null) continue;
    key[name] = value;
    named += 1;
  }
  return named === 0 ? undefined : `k:${JSON.stringify(key)}`;
}
