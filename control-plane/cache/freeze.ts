// Objects in the cache are shared by all readers: they are frozen through and through. Texts that many of them hold
// (times, images, reasons, names of managers) are one text each: parsing makes a new one every time.
import { RecentMap } from '@gantry/kit/recent-map';

/** V8 shares what it parses up to this length by itself. */
const SHARED_BY_ENGINE = 10;
/** Longer ones are messages and data, seldom twice the same. */
const SHARED_LENGTH_MAX = 128;
/** Different texts that are remembered: times, images, reasons, names of owners and managers of late. */
const TEXTS_MAX = 8_192;

const texts = new RecentMap<string>(TEXTS_MAX);

/** Freezes a JSON value and all below it, as far as it is not frozen yet: below a frozen part all is frozen. */
export function freezeNewParts<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const key in value) {
    const part = value[key];
    if (typeof part === 'string') value[key] = sharedText(part) as typeof part;
    else freezeNewParts(part);
  }
  return Object.freeze(value);
}

function sharedText(text: string): string {
  if (text.length <= SHARED_BY_ENGINE || text.length > SHARED_LENGTH_MAX) return text;
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, text);
  return text;
}
