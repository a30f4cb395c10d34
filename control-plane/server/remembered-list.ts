// The encoded items of long lists, kept for as long as the cache shows the same list: clients that list the same thing
// one after the other cost one serialisation.
import { REMEMBERED_LIST_BYTES_MAX } from './limits.ts';

/** An array that the cache has handed out never changes; a changed list is another array. */
const kept = new WeakMap<readonly object[], readonly Buffer[]>();

/**
 * A list's pieces, UTF-8 encoded.
 *
 * @param opening what goes before the items: it differs from answer to answer.
 * @param items the array as the cache handed it out.
 * @param make the text of the items and the end of the list; asked for only when it is not remembered.
 */
export function* rememberedPieces(
  opening: string,
  items: readonly object[],
  make: () => Iterable<string>,
): Generator<Buffer, void, undefined> {
  yield Buffer.from(opening);
  const known = kept.get(items);
  if (known !== undefined) {
    yield* known;
    return;
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (const text of make()) {
    const piece = Buffer.from(text);
    bytes += piece.length;
    if (bytes <= REMEMBERED_LIST_BYTES_MAX) pieces.push(piece);
    else pieces.length = 0;
    yield piece;
  }
  if (bytes <= REMEMBERED_LIST_BYTES_MAX) kept.set(items, pieces);
}
