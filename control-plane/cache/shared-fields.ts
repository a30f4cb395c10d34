// Parses stored values so that the record of who manages which field, about half of most objects and the same for all
// pods of a template, is one frozen object however many hold it. A record with something of its own in it, such as a pod's
// address, shares its parts with others.
import { isRecord } from '@gantry/kit/is-record';
import { RecentMap } from '@gantry/kit/recent-map';
import { freezeNewParts } from './freeze.ts';

/** Different records that are remembered; one that was forgotten is parsed anew. */
const RECORDS_MAX = 1024;
/** Different parts of them that are remembered. */
const PARTS_MAX = 2048;
/** Longer parts have something of their own in them more often than not. */
const PART_CHARS_MAX = 1024;
/** The name of a record's member. Within a string its quotes would be escaped. */
const NAME = '"fieldsV1":';

/** A value without its records, a number in the place of each, and what they are. */
interface Parts {
  rest: string;
  texts: readonly string[];
}

/** Parses values of one store. */
export class SharedFields {
  readonly #byText = new RecentMap<object>(RECORDS_MAX);
  readonly #parts = new RecentMap<object>(PARTS_MAX);

  /** What JSON.parse gives; parts of it may be frozen. @throws SyntaxError as that does. */
  parse(value: string): unknown {
    const parts = partsOf(value);
    if (parts === undefined || parts.texts.length === 0) return JSON.parse(value);
    const raw: unknown = JSON.parse(parts.rest);
    // Somewhere else such members are just data.
    return this.#putBack(raw, parts.texts) ? raw : JSON.parse(value);
  }

  /** Whether all of them have their place in the record of managers. */
  #putBack(raw: unknown, texts: readonly string[]): boolean {
    const metadata = isRecord(raw) ? raw['metadata'] : undefined;
    const managers = isRecord(metadata) ? metadata['managedFields'] : undefined;
    if (!Array.isArray(managers)) return false;
    let next = 0;
    for (const manager of managers as unknown[]) {
      if (!isRecord(manager) || manager['fieldsV1'] !== next) continue;
      manager['fieldsV1'] = this.#shared(texts[next] ?? '');
      next += 1;
    }
    return next === texts.length;
  }

  #shared(text: string): object {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const fields = this.#withSharedParts(JSON.parse(text) as object);
    this.#byText.set(ownText(text), fields);
    return fields;
  }

  #withSharedParts<T extends object>(record: T): T {
    for (const name in record) {
      const part: unknown = record[name];
      if (isRecord(part)) record[name] = this.#sharedPart(part) as (typeof record)[typeof name];
    }
    return freezeNewParts(record);
  }

  #sharedPart(part: object): object {
    const text = JSON.stringify(part);
    const known = this.#parts.get(text);
    if (known !== undefined) return known;
    const shared = this.#withSharedParts(part);
    if (text.length <= PART_CHARS_MAX) this.#parts.set(ownText(text), shared);
    return shared;
  }
}

/** The text as one piece of its own: not a part of a value, which would be kept as a whole, nor a tree of pieces. */
function ownText(text: string): string {
  return Buffer.from(text).toString();
}

/** Undefined for a value with such a member that is not as we write it: a number in its place could be anything. */
function partsOf(value: string): Parts | undefined {
  const texts: string[] = [];
  let rest = '';
  let from = 0;
  for (let at = value.indexOf(NAME); at >= 0; at = value.indexOf(NAME, from)) {
    const begin = at + NAME.length;
    if (value[at - 1] !== ',' || value[begin] !== '{') return undefined;
    const end = endOfObject(value, begin);
    rest += `${value.slice(from, begin)}${texts.length}`;
    texts.push(value.slice(begin, end));
    from = end;
  }
  return { rest: rest + value.slice(from), texts };
}

const [QUOTE, BACKSLASH, OPEN, CLOSE] = [0x22, 0x5c, 0x7b, 0x7d];

/** The position behind the object that begins at `begin`; the end of the text when it has none. */
function endOfObject(text: string, begin: number): number {
  let depth = 0;
  let inString = false;
  for (let index = begin; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN) depth += 1;
    else if (code === CLOSE && --depth === 0) return index + 1;
  }
  return text.length;
}
