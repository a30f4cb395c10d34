// Requests that are no plain object calls: tables, logs, /version. An answer that is no success is thrown as its Status.
import { readLines, readText } from '@gantry/api/answer-body';
import type { TransportResponse } from '@gantry/api/client';
import type { KindDefinition } from '@gantry/api/definition';
import { collectionPathOf, pathOf } from '@gantry/api/paths';
import { StatusError, type Status } from '@gantry/api/status-error';
import { statusErrorOf } from '@gantry/api/status-answer';
import type { Connection } from './connect.ts';
import type { ServerTable } from './print/server-table.ts';

const ANSWER_BYTES_MAX = 256 * 1024 * 1024;
const LINE_BYTES_MAX = 16 * 1024 * 1024;
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

/** What narrows a list. */
export interface Selection {
  namespace: string;
  labelSelector?: string;
  fieldSelector?: string;
}

/** Sends a GET. @throws StatusError for any answer but 200. */
export async function getRaw(
  connection: Connection,
  path: string,
  options: { accept?: string; signal?: AbortSignal } = {},
): Promise<TransportResponse> {
  const answer = await connection.client.raw({
    method: 'GET',
    path,
    headers: { accept: options.accept ?? 'application/json' },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (answer.status === 200) return answer;
  throw await statusErrorOf(answer);
}

/** A whole answer as JSON. */
export async function getJson<T>(
  connection: Connection,
  path: string,
  options: { accept?: string; signal?: AbortSignal } = {},
): Promise<T> {
  const answer = await getRaw(connection, path, options);
  return JSON.parse(await readText(answer.body, ANSWER_BYTES_MAX)) as T;
}

/** All objects of a selection as a table, page by page. `fullObjects` puts the whole object into each row. */
export async function listTable(
  connection: Connection,
  definition: KindDefinition,
  selection: Selection,
  options: { limit: number; fullObjects: boolean; signal?: AbortSignal },
): Promise<ServerTable> {
  const whole: ServerTable = { rows: [] };
  let token = '';
  do {
    const query = selectionQuery(selection);
    if (options.limit > 0) query.set('limit', String(options.limit));
    if (token !== '') query.set('continue', token);
    if (options.fullObjects) query.set('includeObject', 'Object');
    const path = `${collectionPathOf(definition, selection.namespace)}?${query.toString()}`;
    const page = await getJson<ServerTable>(connection, path, { accept: TABLE, ...signalOf(options) });
    whole.columnDefinitions ??= page.columnDefinitions ?? [];
    whole.rows?.push(...(page.rows ?? []));
    whole.metadata = page.metadata ?? {};
    token = page.metadata?.continue ?? '';
  } while (token !== '');
  return whole;
}

/** One object as a table. */
export async function getTable(
  connection: Connection,
  definition: KindDefinition,
  key: { namespace: string; name: string },
): Promise<ServerTable> {
  return getJson<ServerTable>(connection, pathOf(definition, key), { accept: TABLE });
}

/** Rows as they change, until the server ends the watch. */
export async function* watchTable(
  connection: Connection,
  definition: KindDefinition,
  selection: Selection,
  options: { resourceVersion: string; signal: AbortSignal },
): AsyncGenerator<{ type: string; table: ServerTable }> {
  const query = selectionQuery(selection);
  query.set('watch', 'true');
  query.set('resourceVersion', options.resourceVersion);
  const path = `${collectionPathOf(definition, selection.namespace)}?${query.toString()}`;
  const answer = await getRaw(connection, path, { accept: TABLE, signal: options.signal });
  for await (const line of readLines(answer.body, LINE_BYTES_MAX)) {
    const event = JSON.parse(line) as { type: string; object: ServerTable & Partial<Status> };
    if (event.type === 'ERROR') throw new StatusError(event.object as Status);
    yield { type: event.type, table: event.object };
  }
}

function selectionQuery({ labelSelector, fieldSelector }: Selection): URLSearchParams {
  const query = new URLSearchParams();
  if (labelSelector !== undefined) query.set('labelSelector', labelSelector);
  if (fieldSelector !== undefined) query.set('fieldSelector', fieldSelector);
  return query;
}

function signalOf(options: { signal?: AbortSignal }): { signal?: AbortSignal } {
  return options.signal === undefined ? {} : { signal: options.signal };
}
