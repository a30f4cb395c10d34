// Objects and lists in the form that the client asked for: plain, as a Table, or as metadata alone.
import { apiVersionOf } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import { CHUNK_CHARS, REMEMBERED_ITEMS_MAX } from './limits.ts';
import { listMetadata } from './list-metadata.ts';
import type { ListPage } from './list-page.ts';
import { jsonOf } from '../cache/json-text.ts';
import { partialMetadata } from './partial-metadata.ts';
import { includeObjectOf, tableOf } from './table-form.ts';

/** One object. */
export function presentObject(
  deps: Pick<ServerDeps, 'clock'>,
  exchange: ResourceExchange,
  object: AnyObject,
  status = 200,
): Answer {
  const { as, encoding, contentType } = exchange.form();
  if (as === 'Table') {
    const revision = object.metadata.resourceVersion ?? '';
    return {
      type: 'value',
      status,
      value: table(deps, exchange, [object], { resourceVersion: revision }),
      contentType,
    };
  }
  if (as === 'PartialObjectMetadata')
    return { type: 'value', status, value: partialMetadata(object), contentType };
  const shown = exchange.served.show(object);
  if (encoding === 'yaml' || exchange.query.has('pretty')) return valueAnswer(shown, status);
  return { type: 'text', status, contentType, text: `${jsonOf(shown)}\n` };
}

/** A page of a list. */
export function presentList(
  deps: Pick<ServerDeps, 'clock'>,
  exchange: ResourceExchange,
  page: ListPage,
): Answer {
  const { as, encoding, contentType } = exchange.form();
  const metadata = listMetadata(page);
  if (as === 'Table') {
    return { type: 'value', status: 200, value: table(deps, exchange, page.items, metadata), contentType };
  }
  if (as === 'PartialObjectMetadata') {
    const items = page.items.map(partialMetadata);
    const value = { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items };
    return { type: 'value', status: 200, value, contentType };
  }
  const { definition, isOther, show } = exchange.served;
  const items = isOther ? page.items.map(show) : page.items;
  const head = {
    kind: `${definition.kind}List`,
    apiVersion: apiVersionOf(definition),
    metadata,
  };
  if (encoding === 'yaml' || exchange.query.has('pretty')) return valueAnswer({ ...head, items });
  return { type: 'text', status: 200, contentType, text: listText(head, items) };
}

function table(
  deps: Pick<ServerDeps, 'clock'>,
  { definition, served, query }: ResourceExchange,
  objects: readonly AnyObject[],
  metadata: ReturnType<typeof listMetadata>,
): object {
  const options = {
    definition,
    show: served.show,
    include: includeObjectOf(query),
    nowMs: deps.clock.nowMs(),
    withColumns: true,
  };
  return tableOf(objects, metadata, options);
}

/** The list's JSON: one text when it is small, else pieces that are made while the client reads. */
function listText(head: object, items: readonly AnyObject[]): string | Iterable<string> {
  const pieces = listPieces(head, items);
  const first = pieces.next();
  const second = pieces.next();
  if (first.done === true) return '';
  if (second.done === true) return first.value;
  return (function* () {
    yield first.value;
    yield second.value;
    yield* pieces;
  })();
}

function* listPieces(head: object, items: readonly AnyObject[]): Generator<string, void, undefined> {
  // The remembered texts of a very long list would take as much memory as its objects.
  const textOf = items.length > REMEMBERED_ITEMS_MAX ? (item: AnyObject) => JSON.stringify(item) : jsonOf;
  let piece = `${JSON.stringify(head).slice(0, -1)},"items":[`;
  for (const [index, item] of items.entries()) {
    piece += index === 0 ? textOf(item) : `,${textOf(item)}`;
    if (piece.length < CHUNK_CHARS) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]}\n`;
}
