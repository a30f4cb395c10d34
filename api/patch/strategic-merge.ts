// Strategic merge patch: a merge patch that finds list items by key, and whose directives ($patch, $retainKeys,
// $setElementOrder, $deleteFromPrimitiveList) say what plain merging cannot. kubectl computes such patches and
// relies on the server to apply them exactly so.
import { isList, isMap, type JsonMap } from '../json-value.ts';
import {
  DELETE_PREFIX,
  dropDirectives,
  isDirective,
  ORDER_PREFIX,
  PATCH,
  RETAIN_KEYS,
} from './directives.ts';
import { arrange, identityOf } from './element-order.ts';
import { fieldSchema, itemSchema, patchMergeKey, patchStrategies, type MergeSchema } from './merge-schema.ts';
import type { PatchResult } from './patch-result.ts';

/** Carries the sentence out of the recursion; never leaves this file. */
class Malformed extends Error {}

/** @returns the patched document; neither argument is changed. */
export function strategicMerge(schema: MergeSchema, target: JsonMap, patch: unknown): PatchResult<JsonMap> {
  try {
    if (!isMap(patch)) throw new Malformed('a strategic merge patch is an object');
    return { ok: true, value: mergeMap(schema, target, patch) };
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, fault: 'malformed', message: error.message };
    throw error;
  }
}

function mergeMap(schema: MergeSchema, target: JsonMap, patch: JsonMap): JsonMap {
  const directive = patch[PATCH];
  if (directive === 'replace') return dropDirectives(patch) as JsonMap;
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge')
    throw new Malformed(`unknown ${PATCH} directive ${show(directive)}`);
  const result = retained(target, patch);
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith(DELETE_PREFIX)) deleteScalars(result, name.slice(DELETE_PREFIX.length), value);
  }
  for (const [name, value] of Object.entries(patch)) {
    if (isDirective(name)) continue;
    if (value === null) delete result[name];
    else result[name] = mergeField(fieldSchema(schema, name), result[name], value);
  }
  for (const [name, order] of Object.entries(patch)) {
    if (name.startsWith(ORDER_PREFIX))
      setOrder(schema, target, result, name.slice(ORDER_PREFIX.length), order);
  }
  return result;
}

/** A copy of the target, without the fields that a `$retainKeys` list leaves out. */
function retained(target: JsonMap, patch: JsonMap): JsonMap {
  const keys = patch[RETAIN_KEYS];
  if (keys === undefined) return { ...target };
  if (!isList(keys)) throw new Malformed(`${RETAIN_KEYS} must be a list of field names`);
  const named = Object.keys(patch).filter((name) => !isDirective(name) && patch[name] !== null);
  const stray = named.find((name) => !keys.includes(name));
  if (stray !== undefined)
    throw new Malformed(`the patch has ${show(stray)}, which its ${RETAIN_KEYS} leaves out`);
  return Object.fromEntries(Object.entries(target).filter(([name]) => keys.includes(name)));
}

function deleteScalars(result: JsonMap, name: string, values: unknown): void {
  if (!isList(values)) throw new Malformed(`${DELETE_PREFIX}${name} must be a list`);
  const current = result[name];
  if (isList(current)) result[name] = current.filter((item) => !values.includes(item));
}

function mergeField(schema: MergeSchema, current: unknown, value: unknown): unknown {
  const strategies = patchStrategies(schema);
  if (isMap(value) && isMap(current) && !strategies.includes('replace'))
    return mergeMap(schema, current, value);
  if (isList(value) && isList(current) && strategies.includes('merge'))
    return mergeList(schema, current, value);
  return dropDirectives(value);
}

function mergeList(schema: MergeSchema, current: unknown[], patch: unknown[]): unknown[] {
  const key = patchMergeKey(schema);
  if (!patch.every(isMap) || !current.every(isMap)) {
    if ([...patch, ...current].some(isMap)) throw new Malformed('a list mixes objects and plain values');
    return arrange([...new Set([...current, ...patch])], patch, current, '');
  }
  if (key === '') throw new Malformed('a list of objects without a merge key cannot be merged');
  const wanted = patch.filter((item) => item[PATCH] === undefined || item[PATCH] === 'merge');
  if (patch.some((item) => item[PATCH] === 'replace')) return wanted.map(dropDirectives);
  const remaining = withoutDeleted(current, patch, key);
  const merged = mergeItems(itemSchema(schema), remaining, wanted, key);
  return arrange(merged, wanted, remaining, key);
}

function withoutDeleted(current: JsonMap[], patch: JsonMap[], key: string): JsonMap[] {
  const doomed = new Set<unknown>();
  for (const item of patch) {
    const directive = item[PATCH];
    if (directive === 'delete') doomed.add(keyOf(item, key));
    else if (directive !== undefined && directive !== 'replace' && directive !== 'merge') {
      throw new Malformed(`unknown ${PATCH} directive ${show(directive)}`);
    }
  }
  return doomed.size === 0 ? current : current.filter((item) => !doomed.has(item[key]));
}

function mergeItems(schema: MergeSchema, current: JsonMap[], patch: JsonMap[], key: string): JsonMap[] {
  const merged = [...current];
  const places = new Map<unknown, number>();
  for (const [index, item] of merged.entries()) {
    if (!places.has(item[key])) places.set(item[key], index);
  }
  for (const item of patch) {
    const identity = keyOf(item, key);
    const place = places.get(identity);
    const found = place === undefined ? undefined : merged[place];
    if (place === undefined || found === undefined) {
      places.set(identity, merged.push(dropDirectives(item) as JsonMap) - 1);
    } else {
      merged[place] = mergeMap(schema, found, item);
    }
  }
  return merged;
}

function keyOf(item: JsonMap, key: string): unknown {
  const identity = item[key];
  if (identity === undefined || identity === null) {
    throw new Malformed(`an item of a list lacks its merge key ${show(key)}: ${show(item).slice(0, 200)}`);
  }
  return identity;
}

/** Items that the order does not name are the server's own; they keep their place among their old neighbours. */
function setOrder(schema: MergeSchema, target: JsonMap, result: JsonMap, name: string, order: unknown): void {
  const list = result[name];
  if (!isList(order)) throw new Malformed(`${ORDER_PREFIX}${name} must be a list`);
  if (!isList(list)) return;
  const key = patchMergeKey(fieldSchema(schema, name));
  if (list.some((item) => isMap(item) !== (key !== ''))) return;
  const named = order.map((item) => identityOf(item, key));
  if (named.includes(undefined)) throw new Malformed(`an item of ${ORDER_PREFIX}${name} lacks ${show(key)}`);
  const before = target[name];
  result[name] = arrange(list, order, isList(before) ? before : [], key);
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
