// A small API in memory, spoken through the Transport interface: enough of list, watch, create, update, patch and
// delete for tests of the agent without a control plane. Not a mock: it keeps revisions, refuses stale writes and
// ends pods gracefully, as the real one does.
import type { Transport, TransportRequest, TransportResponse } from '@gantry/api/client';
import type { AnyObject } from '@gantry/api/meta';
import { conflict, notFound, alreadyExists, StatusError, type Status } from '@gantry/api/status-error';
import { systemIds } from '@gantry/kit/random';

export interface ToyApi {
  transport: Transport;
  /** While true no request is answered and open watches are broken. */
  isAway: boolean;
  get<T extends AnyObject>(resource: string, name: string): T | undefined;
  list<T extends AnyObject>(resource: string): T[];
  put(resource: string, object: AnyObject): AnyObject;
  /** As a user deletes: pods get their grace, all else goes at once. */
  remove(resource: string, name: string, graceSeconds?: number): void;
  /** Requests answered so far, as `METHOD resource[/subresource]`. */
  readonly requests: string[];
}

interface Watch {
  resource: string;
  matches(object: AnyObject): boolean;
  send(event: { type: string; object: AnyObject }): void;
  end(): void;
}

interface Route {
  resource: string;
  namespace: string;
  name: string | undefined;
  subresource: string | undefined;
  query: URLSearchParams;
}

export function createToyApi(): ToyApi {
  return new Toy();
}

class Toy implements ToyApi {
  readonly requests: string[] = [];
  #isAway = false;
  #revision = 100;
  /** By `resource/name`; names are unique across namespaces here. */
  readonly #objects = new Map<string, AnyObject>();
  readonly #watches = new Set<Watch>();

  get isAway(): boolean {
    return this.#isAway;
  }

  set isAway(value: boolean) {
    this.#isAway = value;
    if (value) for (const watch of this.#watches) watch.end();
  }

  readonly transport: Transport = async (request) => {
    if (this.#isAway) throw Object.assign(new Error('the toy API is away'), { code: 'unreachable' });
    const route = routeOf(request);
    this.requests.push(
      [request.method, ' ', route.resource, route.subresource ? `/${route.subresource}` : ''].join(''),
    );
    try {
      return this.#answer(request, route);
    } catch (error) {
      if (error instanceof StatusError) return json(error.status.code ?? 500, error.status);
      throw error;
    }
  };

  get<T extends AnyObject>(resource: string, name: string): T | undefined {
    return this.#objects.get(`${resource}/${name}`) as T | undefined;
  }

  list<T extends AnyObject>(resource: string): T[] {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(`${resource}/`))
      .map(([, object]) => object as T);
  }

  put(resource: string, object: AnyObject): AnyObject {
    const key = `${resource}/${object.metadata.name ?? ''}`;
    const known = this.#objects.get(key);
    this.#revision += 1;
    const uid = known?.metadata.uid ?? object.metadata.uid ?? systemIds.uid();
    const metadata = { ...object.metadata, uid, resourceVersion: String(this.#revision) };
    const stored = { ...object, metadata };
    this.#objects.set(key, stored);
    this.#tell(resource, known === undefined ? 'ADDED' : 'MODIFIED', stored);
    return stored;
  }

  remove(resource: string, name: string, graceSeconds?: number): void {
    const object = this.#objects.get(`${resource}/${name}`);
    if (object === undefined) throw notFound({ group: '', resource }, name);
    const spec = object['spec'] as { terminationGracePeriodSeconds?: number; nodeName?: string } | undefined;
    const grace = graceSeconds ?? spec?.terminationGracePeriodSeconds ?? 30;
    const metadata = { ...object.metadata, deletionGracePeriodSeconds: grace };
    if (resource === 'pods' && grace > 0 && spec?.nodeName !== undefined) {
      this.put(resource, {
        ...object,
        metadata: { ...metadata, deletionTimestamp: new Date().toISOString() },
      });
      return;
    }
    this.#objects.delete(`${resource}/${name}`);
    this.#revision += 1;
    this.#tell(resource, 'DELETED', {
      ...object,
      metadata: { ...metadata, resourceVersion: String(this.#revision) },
    });
  }

  #answer(request: TransportRequest, route: Route): TransportResponse {
    const { resource, name } = route;
    const body = typeof request.body === 'string' ? (JSON.parse(request.body) as AnyObject) : undefined;
    if (request.method === 'GET' && name === undefined) return this.#listOrWatch(request, route);
    if (request.method === 'POST' && body !== undefined) return json(201, this.#create(route, body));
    const known = this.get(resource, name ?? '');
    if (known === undefined) throw notFound({ group: '', resource }, name ?? '');
    switch (request.method) {
      case 'PUT':
        return json(200, this.#update(route, known, body ?? known));
      case 'PATCH':
        return json(200, this.put(resource, merged(known, body ?? {}) as AnyObject));
      case 'DELETE': {
        const options = body as unknown as { gracePeriodSeconds?: number; preconditions?: { uid?: string } };
        const uid = options.preconditions?.uid;
        if (uid !== undefined && uid !== known.metadata.uid)
          throw conflict({ group: '', resource }, name ?? '');
        this.remove(resource, name ?? '', options.gracePeriodSeconds);
        return json(200, known);
      }
      default:
        return json(200, known);
    }
  }

  #create({ resource, namespace }: Route, body: AnyObject): AnyObject {
    const { name = '' } = body.metadata;
    if (this.get(resource, name) !== undefined) throw alreadyExists({ group: '', resource }, name);
    return this.put(resource, { ...body, metadata: { ...body.metadata, namespace } });
  }

  #update(route: Route, known: AnyObject, body: AnyObject): AnyObject {
    const { resourceVersion, uid } = body.metadata;
    const isStale = resourceVersion !== undefined && resourceVersion !== known.metadata.resourceVersion;
    if (isStale || (uid !== undefined && uid !== known.metadata.uid)) {
      throw conflict({ group: '', resource: route.resource }, route.name ?? '');
    }
    if (route.subresource === 'status') return this.put(route.resource, { ...known, status: body['status'] });
    return this.put(route.resource, { ...body, metadata: { ...known.metadata, ...body.metadata } });
  }

  #listOrWatch(request: TransportRequest, route: Route): TransportResponse {
    const matches = selectorOf(route);
    if (route.query.get('watch') === 'true') return this.#watch(request, route, matches);
    const items = this.list(route.resource).filter(matches);
    return json(200, { kind: 'List', items, metadata: { resourceVersion: String(this.#revision) } });
  }

  /** Watches here begin at the newest revision: the informer lists and watches in one breath. */
  #watch(request: TransportRequest, route: Route, matches: Watch['matches']): TransportResponse {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
      undefined,
      { highWaterMark: 1e6 },
      { highWaterMark: 1e6 },
    );
    const writer = writable.getWriter();
    const encoder = new TextEncoder();
    const watch: Watch = {
      resource: route.resource,
      matches,
      send: (event) => void writer.write(encoder.encode(`${JSON.stringify(event)}\n`)).catch(() => undefined),
      end: () => {
        this.#watches.delete(watch);
        void writer.close().catch(() => undefined);
      },
    };
    this.#watches.add(watch);
    const since = Number(route.query.get('resourceVersion') ?? 0);
    for (const object of this.list(route.resource).filter(matches)) {
      if (Number(object.metadata.resourceVersion) > since) watch.send({ type: 'MODIFIED', object });
    }
    request.signal?.addEventListener('abort', () => watch.end(), { once: true });
    return { status: 200, headers: {}, body: readable };
  }

  #tell(resource: string, type: string, object: AnyObject): void {
    for (const watch of this.#watches) {
      if (watch.resource === resource && watch.matches(object)) watch.send({ type, object });
    }
  }
}

function selectorOf(route: Route): (object: AnyObject) => boolean {
  const [field = '', value = ''] = (route.query.get('fieldSelector') ?? '').split('=');
  return (object) => {
    if (field === 'metadata.name') return object.metadata.name === value;
    if (field === 'spec.nodeName') return (object['spec'] as { nodeName?: string }).nodeName === value;
    return true;
  };
}

function routeOf(request: TransportRequest): Route {
  const url = new URL(request.path, 'http://toy');
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
  const isNamespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [resource = '', name, subresource] = isNamespaced ? rest.slice(2) : rest;
  return {
    resource,
    namespace: isNamespaced ? (rest[1] ?? '') : '',
    name,
    subresource,
    query: url.searchParams,
  };
}

/** JSON merge patch. */
function merged(target: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(target as Record<string, unknown> | undefined) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

function json(status: number, body: AnyObject | Status | object): TransportResponse {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  async function* once(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  return { status, headers: { 'content-type': 'application/json' }, body: once() };
}
