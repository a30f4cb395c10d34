// The merge patch (RFC 7386) that turns one document into another. Pure.
import { isDeepStrictEqual } from 'node:util';
import { isMap, type JsonMap } from '@gantry/api/json-value';

/** Undefined when they are the same. Fields that are gone become null; lists are replaced whole. */
export function mergeDifference(before: unknown, after: unknown): unknown {
  if (isDeepStrictEqual(before, after)) return undefined;
  if (!isMap(before) || !isMap(after)) return after;
  const patch: JsonMap = {};
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!(field in after)) patch[field] = null;
    else {
      const change = mergeDifference(before[field], after[field]);
      if (change !== undefined) patch[field] = change;
    }
  }
  return patch;
}
