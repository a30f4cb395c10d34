// Dotted field paths such as `spec.replicas`: reading one, and a copy with one set. Pure.

/** The value at `path`; undefined where a step is missing. */
export function readPath(object: unknown, path: string): unknown {
  let value = object;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** A copy of `object` with `value` at `path`; only the objects on the way are copied. Undefined removes the field. */
export function withPath(object: unknown, path: string, value: unknown): unknown {
  const [step = '', ...rest] = path.split('.');
  const { [step]: present, ...others } = (object ?? {}) as Record<string, unknown>;
  const next = rest.length === 0 ? value : withPath(present, rest.join('.'), value);
  return next === undefined ? others : { ...(object as object), [step]: next };
}
