// Objects in the cache are shared by all readers: they are frozen through and through.

/** Freezes a JSON value and all below it, as far as it is not frozen yet: below a frozen part all is frozen. */
export function freezeNewParts<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const key in value) freezeNewParts(value[key]);
  return Object.freeze(value);
}
