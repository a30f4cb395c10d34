// What must hold. A broken invariant is a bug, never an expected outcome.

/** Thrown by {@link invariant}; names a bug in Gantry itself. */
export class InvariantError extends Error {
  readonly code = 'invariant-broken';
}

/**
 * Asserts that `condition` holds.
 *
 * @throws InvariantError when it does not.
 */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
