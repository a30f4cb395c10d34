// One line of a watch, in the form that the client asked for.
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import type { AnswerForm } from './media-type.ts';
import { jsonOf } from '../cache/json-text.ts';
import { partialMetadata } from './partial-metadata.ts';
import { includeObjectOf, tableOf } from './table-form.ts';

/** How lines are made. */
export interface LineOptions {
  definition: KindDefinition;
  /** From the stored form to the one that is served. */
  show: (object: AnyObject) => AnyObject;
  form: AnswerForm;
  query: URLSearchParams;
  /** Whether this is the first line of the watch. */
  first: boolean;
  nowMs: number;
}

/** The line with its end. A Status (of an ERROR) is never transformed. */
export function eventLine(type: string, object: object, options: LineOptions): string {
  return `{"type":"${type}","object":${type === 'ERROR' ? JSON.stringify(object) : text(type, object as AnyObject, options)}}\n`;
}

function text(
  type: string,
  object: AnyObject,
  { form, definition, show, query, first, nowMs }: LineOptions,
): string {
  if (form.as === 'PartialObjectMetadata')
    return JSON.stringify(partialMetadata(type === 'BOOKMARK' ? object : show(object)));
  if (form.as !== 'Table') return jsonOf(type === 'BOOKMARK' ? object : show(object));
  const metadata = { resourceVersion: object.metadata.resourceVersion ?? '' };
  const rows = type === 'BOOKMARK' ? [] : [object];
  const options = { definition, show, include: includeObjectOf(query), nowMs, withColumns: first };
  return JSON.stringify(tableOf(rows, metadata, options));
}
