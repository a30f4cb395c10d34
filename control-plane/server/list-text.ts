// The text of a list in pieces, made while the client takes them: however long the list is, a piece of it is all
// that stands in memory.
import { stringify } from 'yaml';

/** How a list is written. */
export type ListStyle = 'json' | 'pretty' | 'yaml';

/** What is written: the fields before the items, the name of the items' field, and the text of one of them. */
export interface ListParts<T> {
  head: object;
  field: 'items' | 'rows';
  style: ListStyle;
  /** The compact JSON of an item; styles for people make their own text. */
  jsonOf: (item: object) => string;
  /** What an object is shown as. */
  shown: (object: T) => object;
}

interface Form {
  open: string;
  first: string;
  next: string;
  close: string;
  /** In place of all that when there are no items. */
  empty: string;
  item: (item: object) => string;
}

/** Objects that come at once, then others in batches. */
export interface ListSource<T> {
  items: readonly T[];
  rest?: AsyncIterable<readonly T[]>;
}

/** The pieces of a list, each of at least `pieceChars` but for the last; synchronous without a rest. */
export function listPieces<T>(
  parts: ListParts<T>,
  { items, rest }: ListSource<T>,
  pieceChars: number,
): Iterable<string> | AsyncIterable<string> {
  const writer = listWriter(parts, pieceChars);
  if (rest === undefined) return allPieces(writer, items);
  return (async function* () {
    yield* writer.add(items);
    for await (const batch of rest) yield* writer.add(batch);
    yield writer.end();
  })();
}

/** What goes before the items. */
export function listOpening(parts: ListParts<never>): string {
  return formOf(parts).open;
}

/** {@link listPieces} without the opening. */
export function itemPieces<T>(
  parts: ListParts<T>,
  items: readonly T[],
  pieceChars: number,
): Iterable<string> {
  return allPieces(listWriter(parts, pieceChars, ''), items);
}

type Writer<T> = ReturnType<typeof listWriter<T>>;

function* allPieces<T>(writer: Writer<T>, items: readonly T[]): Generator<string, void, undefined> {
  yield* writer.add(items);
  yield writer.end();
}

function listWriter<T>(parts: ListParts<T>, pieceChars: number, opening?: string) {
  const form = formOf(parts);
  let piece = opening ?? form.open;
  let some = false;
  return {
    *add(items: readonly T[]): Generator<string, void, undefined> {
      for (const item of items) {
        piece += (some ? form.next : form.first) + form.item(parts.shown(item));
        some = true;
        if (piece.length < pieceChars) continue;
        yield piece;
        piece = '';
      }
    },
    end: (): string => (some ? piece + form.close : piece + form.empty),
  };
}

function formOf({ head, field, style, jsonOf }: ListParts<never>): Form {
  switch (style) {
    case 'json': {
      const open = `${JSON.stringify(head).slice(0, -1)},"${field}":[`;
      return { open, first: '', next: ',', close: ']}\n', empty: ']}\n', item: jsonOf };
    }
    case 'pretty': {
      const open = `${JSON.stringify(head, undefined, 2).slice(0, -2)},\n  "${field}": [`;
      const item = (value: object): string => JSON.stringify(value, undefined, 2).replaceAll('\n', '\n    ');
      return { open, first: '\n    ', next: ',\n    ', close: '\n  ]\n}\n', empty: ']\n}\n', item };
    }
    case 'yaml': {
      const item = (value: object): string => stringify([value], { aliasDuplicateObjects: false });
      return {
        open: stringify(head),
        first: `${field}:\n`,
        next: '',
        close: '',
        empty: `${field}: []\n`,
        item,
      };
    }
  }
}
