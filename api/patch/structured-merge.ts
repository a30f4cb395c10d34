// The two changes that server-side apply makes to a value: merging in what was applied, and taking out what is no
// longer applied and that nobody else sets. Pure; parts that stay the same are shared, not copied.
import { isList, isMap, ownField, type JsonMap } from '../json-value.ts';
import type { FieldSet } from './field-set.ts';
import { keyedItems, type KeyedRule } from './list-items.ts';
import {
  fieldSchema,
  isAtomicMap,
  isNamedField,
  itemSchema,
  listRule,
  type MergeSchema,
} from './merge-schema.ts';
import { sameValue } from './same-value.ts';

/** `live` with the fields of `applied` on top. A field applied as null is taken out. */
export function mergeApplied(schema: MergeSchema, live: unknown, applied: unknown): unknown {
  if (isMap(applied) && !isAtomicMap(schema))
    return mergeMaps(schema, isMap(live) ? live : undefined, applied);
  const rule = listRule(schema);
  if (isList(applied) && rule.type !== 'atomic')
    return mergeLists(schema, rule, isList(live) ? live : [], applied);
  return sameValue(schema, live, applied) ? live : applied;
}

function mergeMaps(schema: MergeSchema, live: JsonMap | undefined, applied: JsonMap): JsonMap {
  const result: JsonMap = { ...live };
  let same = live !== undefined;
  for (const [name, value] of Object.entries(applied)) {
    const before = ownField(result, name);
    const after = value === null ? undefined : mergeApplied(fieldSchema(schema, name), before, value);
    if (after === before) continue;
    same = false;
    if (after === undefined) delete result[name];
    else result[name] = after;
  }
  return same && live !== undefined ? live : result;
}

/** Applied items stand in the applied order; items only in `live` stay in front of what they were in front of. */
function mergeLists(schema: MergeSchema, rule: KeyedRule, live: unknown[], applied: unknown[]): unknown[] {
  const liveItems = keyedItems(rule, live).items;
  const before = new Map(liveItems.map(({ element, value }) => [element, value]));
  const wanted = new Map(keyedItems(rule, applied).items.map(({ element, value }) => [element, value]));
  const done = new Set<string>();
  const result: unknown[] = [];
  let next = 0;
  const passLiveOnly = (): void => {
    for (let item = liveItems[next]; item !== undefined; item = liveItems[next]) {
      if (wanted.has(item.element) && !done.has(item.element)) return;
      if (!wanted.has(item.element)) result.push(item.value);
      next += 1;
    }
  };
  for (const [element, value] of wanted) {
    passLiveOnly();
    result.push(mergeApplied(itemSchema(schema), before.get(element), value));
    done.add(element);
  }
  passLiveOnly();
  return sameItems(result, live) ? live : result;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/**
 * Takes out of `value` each member of `last` that is no member of `kept`; whatever lies below goes with it. A named
 * field counts as a member where something below it is one, so that no emptied struct stays behind.
 */
export function removeUnowned(
  schema: MergeSchema,
  value: unknown,
  last: FieldSet,
  kept: FieldSet | undefined,
): unknown {
  if (last.children.size === 0) return value;
  if (isMap(value) && !isAtomicMap(schema)) return removeFromMap(schema, value, last, kept);
  const rule = listRule(schema);
  if (!isList(value) || rule.type === 'atomic') return value;
  const item = itemSchema(schema);
  const result = keyedItems(rule, value).items.flatMap(({ element, value: before }) => {
    const node = last.children.get(element);
    if (node === undefined) return [before];
    const others = kept?.children.get(element);
    return node.owned && others?.owned !== true ? [] : [removeUnowned(item, before, node, others)];
  });
  return sameItems(result, value) ? value : result;
}

function removeFromMap(
  schema: MergeSchema,
  map: JsonMap,
  last: FieldSet,
  kept: FieldSet | undefined,
): JsonMap {
  const result: JsonMap = { ...map };
  let same = true;
  for (const [element, node] of last.children) {
    const name = element.slice(2);
    const before = ownField(result, name);
    if (before === undefined || !element.startsWith('f:')) continue;
    const others = kept?.children.get(element);
    const isNamed = isNamedField(schema, name);
    if (isMember(node, isNamed) && !isMember(others, isNamed)) {
      delete result[name];
      same = false;
      continue;
    }
    const after = removeUnowned(fieldSchema(schema, name), before, node, others);
    if (after !== before) same = false;
    result[name] = after;
  }
  return same ? map : result;
}

function isMember(set: FieldSet | undefined, isNamed: boolean): boolean {
  return set !== undefined && (set.owned || (isNamed && set.children.size > 0));
}
