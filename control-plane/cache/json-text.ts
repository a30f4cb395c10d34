// The JSON text of shared objects, made once: lists and watches are served from it without stringifying again.

const texts = new WeakMap<object, string>();

/** The JSON text of `object`. Remembered for frozen objects, as those of the cache are: nothing else keeps still. */
export function jsonOf(object: object): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  if (Object.isFrozen(object)) texts.set(object, text);
  return text;
}
