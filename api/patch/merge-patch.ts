// JSON merge patch (RFC 7386): maps merge, null deletes, everything else replaces.
import { isMap, type JsonMap } from '../json-value.ts';

/** @returns the patched document; neither argument is changed. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: JsonMap = isMap(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete result[field];
    else result[field] = mergePatch(result[field], value);
  }
  return result;
}
