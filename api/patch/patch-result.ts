// What applying a patch yields. A patch that cannot be applied is an expected outcome.

/** `malformed`: the patch itself is wrong (400); `rejected`: it does not fit the object, e.g. a failed test (422). */
export type PatchResult<T = unknown> =
  { ok: true; value: T } | { ok: false; fault: 'malformed' | 'rejected'; message: string };
