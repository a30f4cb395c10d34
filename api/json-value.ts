// JSON from outside, as values of unknown shape: narrow tests, and the bounds that keep recursion safe.

/** A JSON object. */
export type JsonMap = Record<string, unknown>;

/** Deeper nesting than any API object has; recursion over accepted values stays far from the stack's end. */
export const JSON_DEPTH_MAX = 100;

/** Whether the value is an object that is no list. */
export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the value is a list. */
export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

/** The own field of a map; never what a prototype holds. */
export function ownField<T>(map: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/**
 * What makes a parsed document unsafe to walk: too deep, or a field named `__proto__`, which assignments would
 * turn into a prototype. Walks without recursion.
 *
 * @returns one sentence; undefined when there is nothing to object to.
 */
export function jsonFault(document: unknown): string | undefined {
  let level: unknown[] = [document];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > JSON_DEPTH_MAX) return `the document is nested deeper than ${JSON_DEPTH_MAX} levels`;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (!Array.isArray(value) && Object.hasOwn(value, '__proto__'))
        return 'no field may be named "__proto__"';
      for (const child of Object.values(value))
        if (typeof child === 'object' && child !== null) next.push(child);
    }
    level = next;
  }
  return undefined;
}
