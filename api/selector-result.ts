// What reading a selector yields: bad input is an expected outcome, so a value.

/** The selector, or one sentence that names what cannot be understood. */
export type SelectorResult<T> = { ok: true; selector: T } | { ok: false; message: string };
