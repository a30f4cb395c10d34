// Objects and lists in the form that the client asked for: plain, as a Table, or as metadata alone.
import { apiVersionOf } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import type { ServerDeps } from './deps.ts';
import type { Answer, ResourceExchange } from './exchange.ts';
import { valueAnswer } from './exchange.ts';
import { CHUNK_CHARS, REMEMBERED_ITEMS_MAX, REMEMBERED_LIST_ITEMS_MIN } from './limits.ts';
import { listMetadata } from './list-metadata.ts';
import type { ListPage } from './list-page.ts';
import { itemPieces, listOpening, listPieces } from './list-text.ts';
import { jsonOf } from '../cache/json-text.ts';
import { partialMetadata } from './partial-metadata.ts';
import { rememberedPieces } from './remembered-list.ts';
import { isTrue } from './request-info.ts';
import { includeObjectOf, tableHead, tableOf, tableRow, type TableOptions } from './table-form.ts';

/** One object. */
export function presentObject(
  deps: Pick<ServerDeps, 'clock'>,
  exchange: ResourceExchange,
  object: AnyObject,
  status = 200,
): Answer {
  const { as, encoding, contentType } = exchange.form();
  if (as === 'Table') {
    const metadata = { resourceVersion: object.metadata.resourceVersion ?? '' };
    const value = tableOf([object], metadata, tableOptions(deps, exchange));
    return { type: 'value', status, value, contentType };
  }
  if (as === 'PartialObjectMetadata')
    return { type: 'value', status, value: partialMetadata(exchange.served.show(object)), contentType };
  const shown = exchange.served.show(object);
  if (encoding === 'yaml' || isPretty(exchange.query)) return valueAnswer(shown, status);
  return { type: 'text', status, contentType, text: `${jsonOf(shown)}\n` };
}

/** A page of a list: one text when it is small, else pieces that are made while the client reads. */
export function presentList(
  deps: Pick<ServerDeps, 'clock'>,
  exchange: ResourceExchange,
  page: ListPage,
): Answer {
  const { encoding, contentType } = exchange.form();
  const { head, field, shown, fresh } = listForm(deps, exchange, page);
  // The remembered texts of a very long list would take as much memory as its objects.
  const remembered = !fresh && page.rest === undefined && page.items.length <= REMEMBERED_ITEMS_MAX;
  const parts = {
    head,
    field,
    shown,
    style: encoding === 'yaml' ? 'yaml' : isPretty(exchange.query) ? 'pretty' : 'json',
    jsonOf: remembered ? jsonOf : (item: object) => JSON.stringify(item),
  } as const;
  const text =
    remembered && parts.style === 'json' && page.items.length >= REMEMBERED_LIST_ITEMS_MIN
      ? rememberedPieces(listOpening(parts), page.items, () => itemPieces(parts, page.items, CHUNK_CHARS))
      : joinedIfOne(listPieces(parts, page, CHUNK_CHARS));
  return { type: 'text', status: 200, contentType, text };
}

interface ListForm {
  head: object;
  field: 'items' | 'rows';
  shown: (object: AnyObject) => object;
  /** Whether `shown` makes something new each time. */
  fresh: boolean;
}

function listForm(deps: Pick<ServerDeps, 'clock'>, exchange: ResourceExchange, page: ListPage): ListForm {
  const { as } = exchange.form();
  const metadata = listMetadata(page);
  if (as === 'Table') {
    const options = tableOptions(deps, exchange);
    const shown = (object: AnyObject): object => tableRow(object, options);
    return { head: tableHead(metadata, options), field: 'rows', shown, fresh: true };
  }
  if (as === 'PartialObjectMetadata') {
    const head = { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata };
    const shown = (object: AnyObject): object => partialMetadata(exchange.served.show(object));
    return { head, field: 'items', shown, fresh: true };
  }
  const { definition: shownAs, isOther, show } = exchange.served;
  const head = { kind: `${shownAs.kind}List`, apiVersion: apiVersionOf(shownAs), metadata };
  return { head, field: 'items', shown: show, fresh: isOther };
}

function tableOptions(
  { clock }: Pick<ServerDeps, 'clock'>,
  { definition, served, query }: ResourceExchange,
): TableOptions {
  return {
    definition,
    show: served.show,
    include: includeObjectOf(query),
    nowMs: clock.nowMs(),
    withColumns: true,
  };
}

function isPretty(query: URLSearchParams): boolean {
  return query.has('pretty') && isTrue(query.get('pretty'));
}

function joinedIfOne(
  pieces: Iterable<string> | AsyncIterable<string>,
): string | Iterable<string> | AsyncIterable<string> {
  if (Symbol.asyncIterator in pieces) return pieces;
  const each = pieces[Symbol.iterator]();
  const first = each.next();
  const second = each.next();
  if (first.done === true) return '';
  if (second.done === true) return first.value;
  return (function* () {
    yield first.value;
    yield second.value;
    for (let next = each.next(); next.done !== true; next = each.next()) yield next.value;
  })();
}
