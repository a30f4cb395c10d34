// The JSON text of shared objects, made once while many ask for it: an event for several watches, a list again and again.
// Texts of objects that nobody has asked for of late are let go: they would take as much room as the objects.

/** Characters in one generation of texts; there are two. A thousand pods and more. */
const GENERATION_CHARS_MAX = 4 * 1024 * 1024;

let young = new WeakMap<object, string>();
let old = new WeakMap<object, string>();
let youngChars = 0;

/** The JSON text of `object`. Remembered for frozen objects, as those of the cache are: nothing else keeps still. */
export function jsonOf(object: object): string {
  const known = young.get(object);
  if (known !== undefined) return known;
  const text = old.get(object) ?? JSON.stringify(object);
  if (Object.isFrozen(object)) remember(object, text);
  return text;
}

function remember(object: object, text: string): void {
  if (youngChars >= GENERATION_CHARS_MAX) {
    old = young;
    young = new WeakMap();
    youngChars = 0;
  }
  young.set(object, text);
  youngChars += text.length;
}
