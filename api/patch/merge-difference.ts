// The merge patch (RFC 7386) that turns one document into another. Pure.
import isEqual from 'fast-deep-equal';
import { isMap, type JsonMap } from '../json-value.ts';

/** Undefined when they are the same. Fields that are gone become null; lists are replaced whole. */
export function mergeDifference(before: unknown, after: unknown): unknown {
  if (isEqual(before, after)) return undefined;
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
