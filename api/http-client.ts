// The API client over any transport: paths, queries, bodies and errors. It keeps no state and retries nothing:
// who calls knows whether a repeated write is harmless.
import { readLines, readText } from './answer-body.ts';
import type {
  WatchOptions,
  Client,
  ListOptions,
  PatchType,
  Transport,
  TransportRequest,
  TransportResponse,
  WatchEvent,
  WriteOptions,
} from './client.ts';
import { apiVersionOf, type KindDefinition } from './definition.ts';
import type { AnyObject } from './meta.ts';
import { collectionPathOf, pathOf } from './paths.ts';
import { StatusError, type Status } from './status-error.ts';
import { statusErrorOf } from './status-answer.ts';
import { TransportError } from './transport-error.ts';
import { parseWarnings } from './warning-header.ts';

/** What a client needs. */
export interface ClientDeps {
  transport: Transport;
  /** Recorded as the manager of fields where a write names none. */
  fieldManager?: string;
  /** Wait for the head of an answer, and for each further piece of a body that is no watch. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
/** A list of 100,000 small objects; larger ones are to be paged. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;
/** Several times the largest object that the store takes. */
const EVENT_BYTES_MAX = 16 * 1024 * 1024;

const PATCH_CONTENT_TYPES: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface Call {
  method: string;
  path: string;
  query?: Query;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal | undefined;
  onWarning?: ((sentence: string) => void) | undefined;
}

interface ListBody<T> {
  items?: T[] | null;
  metadata?: { resourceVersion?: string; continue?: string };
}

/** A client of the whole API. */
export function createClient(deps: ClientDeps): Client {
  const http = new Http(deps);
  return {
    get: async (definition, key, signal) =>
      http.json({ method: 'GET', path: pathOf(definition, key), signal }),
    list: async (definition, options = {}) => list(http, definition, options),
    watch: (definition, options) => watch(http, definition, options),
    create: async (definition, object, options = {}) =>
      http.write('POST', collectionPathOf(definition, object.metadata.namespace), object, options),
    update: async (definition, object, options = {}) => {
      const { name = '', namespace = '' } = object.metadata;
      return http.write('PUT', pathOf(definition, { namespace, name }, options.subresource), object, options);
    },
    patch: async (definition, key, type, patch, options = {}) =>
      http.write(
        'PATCH',
        pathOf(definition, key, options.subresource),
        patch,
        options,
        PATCH_CONTENT_TYPES[type],
      ),
    delete: async (definition, key, options = {}) => {
      const { signal, dryRun, ...conditions } = options;
      const body = {
        ...{ kind: 'DeleteOptions', apiVersion: 'v1' },
        ...conditions,
        ...(dryRun === true ? { dryRun: ['All'] } : {}),
      };
      return http.json({ method: 'DELETE', path: pathOf(definition, key), body, signal });
    },
    raw: async (request) => deps.transport(request),
  };
}

async function list<T extends AnyObject>(http: Http, definition: KindDefinition<T>, options: ListOptions) {
  const body = await http.json<ListBody<T>>({
    method: 'GET',
    path: collectionPathOf(definition, options.namespace),
    query: listQuery(options),
    signal: options.signal,
  });
  const token = body.metadata?.continue ?? '';
  return {
    items: (body.items ?? []).map((item) => typed(definition, item)),
    resourceVersion: body.metadata?.resourceVersion ?? '',
    ...(token === '' ? {} : { continue: token }),
  };
}

/** Items of typed lists need not name their kind; the caller may rely on it all the same. */
function typed<T extends AnyObject>(definition: KindDefinition<T>, item: T): T {
  return { ...item, apiVersion: apiVersionOf(definition), kind: definition.kind };
}

async function* watch<T extends AnyObject>(
  http: Http,
  definition: KindDefinition<T>,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  const response = await http.answer({
    method: 'GET',
    path: collectionPathOf(definition, options.namespace),
    query: { ...listQuery(options), watch: true, allowWatchBookmarks: true },
    signal: options.signal,
  });
  options.onOpen?.();
  for await (const line of readLines(response.body, EVENT_BYTES_MAX)) {
    const event = parseJson<WatchEvent<T> | { type: 'ERROR'; object: Status }>(line);
    if (event.type === 'ERROR') throw new StatusError(event.object);
    yield event;
  }
}

function listQuery(options: ListOptions): Query {
  const { labelSelector, fieldSelector, limit, resourceVersion } = options;
  return { labelSelector, fieldSelector, limit, continue: options.continue, resourceVersion };
}

/** Requests and answers in JSON. */
class Http {
  readonly #deps: ClientDeps;
  readonly #timeoutMs: number;

  constructor(deps: ClientDeps) {
    this.#deps = deps;
    this.#timeoutMs = deps.timeoutMs ?? TIMEOUT_MS;
  }

  async write<T>(
    method: string,
    path: string,
    body: unknown,
    options: WriteOptions,
    contentType = 'application/json',
  ): Promise<T> {
    const query = {
      dryRun: options.dryRun === true ? 'All' : undefined,
      fieldManager: options.fieldManager ?? this.#deps.fieldManager,
      fieldValidation: options.fieldValidation,
      force: options.force,
    };
    const { signal, onWarning } = options;
    return this.json({ method, path, query, body, contentType, signal, onWarning });
  }

  /** @throws StatusError, TransportError */
  async json<T>(call: Call): Promise<T> {
    const response = await this.answer(call, this.#timeoutMs);
    return parseJson<T>(await readText(response.body, ANSWER_BYTES_MAX));
  }

  /** An answer with a success code, its body unread. */
  async answer(call: Call, bodyIdleTimeoutMs?: number): Promise<TransportResponse> {
    const response = await this.#deps.transport(this.#request(call, bodyIdleTimeoutMs));
    for (const sentence of parseWarnings(response.headers['warning'])) call.onWarning?.(sentence);
    if (response.status >= 200 && response.status < 300) return response;
    throw await statusErrorOf(response);
  }

  #request(call: Call, bodyIdleTimeoutMs: number | undefined): TransportRequest {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (call.body !== undefined) headers['content-type'] = call.contentType ?? 'application/json';
    return {
      method: call.method,
      path: `${call.path}${queryText(call.query ?? {})}`,
      headers,
      timeoutMs: this.#timeoutMs,
      ...(bodyIdleTimeoutMs === undefined ? {} : { bodyIdleTimeoutMs }),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    };
  }
}

function queryText(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}

function parseJson<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new TransportError('answer-unreadable', 'the server answered with something that is no JSON', {
      cause: error,
    });
  }
}
