// The directives of strategic merge patch, and how they vanish from what is taken over as it is.
import { isList, isMap, type JsonMap } from '../json-value.ts';

/** `delete`, `replace` or `merge` for the map that holds it. */
export const PATCH = '$patch';
/** Lists the fields that a map may keep. */
export const RETAIN_KEYS = '$retainKeys';
/** Before a list's name: the order of its items. */
export const ORDER_PREFIX = '$setElementOrder/';
/** Before a list's name: scalars to take out of it. */
export const DELETE_PREFIX = '$deleteFromPrimitiveList/';

/** Whether a field of a patch is a directive. */
export function isDirective(name: string): boolean {
  return (
    name === PATCH || name === RETAIN_KEYS || name.startsWith(ORDER_PREFIX) || name.startsWith(DELETE_PREFIX)
  );
}

/** What remains of a part of a patch that meets nothing to merge with: no directives, no nulls, no deletions. */
export function dropDirectives(value: unknown): unknown {
  if (isList(value))
    return value.filter((item) => !(isMap(item) && item[PATCH] === 'delete')).map(dropDirectives);
  if (!isMap(value)) return value;
  if (value[PATCH] === 'delete') return {};
  const result: JsonMap = {};
  for (const [name, field] of Object.entries(value)) {
    if (!isDirective(name) && field !== null) result[name] = dropDirectives(field);
  }
  return result;
}
