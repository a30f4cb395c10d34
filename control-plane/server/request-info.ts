// What a path and method ask for, in Kubernetes' terms. Pure: the one reader of request paths.
import type { KindDefinition } from '@gantry/api/definition';
import { findResource } from '@gantry/api/registry';
import type { RequestAttributes } from './security.ts';

/** A request as far as its line tells. */
export interface RequestInfo extends RequestAttributes {
  /** The kind that the path names; absent for paths that are no resources. */
  definition?: KindDefinition;
}

/** Names of an API path after `/api/v1` or `/apis/<group>/<version>`. */
interface ResourcePath {
  namespace: string;
  resource: string;
  name: string;
  subresource: string;
}

/** Subresources of a namespace itself; other segments behind `namespaces/<name>` are resources in it. */
const NAMESPACE_SUBRESOURCES: ReadonlySet<string> = new Set(['status', 'finalize']);

/**
 * Reads method, path and query.
 *
 * @returns undefined when the path cannot be decoded.
 */
export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo | undefined {
  const segments = decodeSegments(path);
  if (segments === undefined) return undefined;
  const api = apiOf(segments);
  if (api === undefined || api.rest.length === 0) return pathInfo(method, path);
  const parts = resourcePath(api.rest);
  if (parts === undefined) return pathInfo(method, path);
  const definition = findResource(api.group, api.version, parts.resource);
  const verb = verbOf(method, parts, query);
  const fieldSelector = query.get('fieldSelector') ?? '';
  return {
    verb,
    isResourceRequest: true,
    path,
    group: api.group,
    version: api.version,
    ...parts,
    name: parts.name === '' ? nameSelected(verb, fieldSelector) : parts.name,
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector,
    ...(definition === undefined ? {} : { definition }),
  };
}

function decodeSegments(path: string): string[] | undefined {
  try {
    const segments = path.split('/').slice(1).map(decodeURIComponent);
    return segments.at(-1) === '' ? segments.slice(0, -1) : segments;
  } catch {
    return undefined;
  }
}

function apiOf(segments: string[]): { group: string; version: string; rest: string[] } | undefined {
  const [root, first = '', second = ''] = segments;
  if (root === 'api' && segments.length >= 2) return { group: '', version: first, rest: segments.slice(2) };
  if (root === 'apis' && segments.length >= 3)
    return { group: first, version: second, rest: segments.slice(3) };
  return undefined;
}

function resourcePath(rest: string[]): ResourcePath | undefined {
  const [first = '', second = '', third = ''] = rest;
  const inNamespace = first === 'namespaces' && rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(third);
  const [resource = '', name = '', subresource = '', ...beyond] = inNamespace ? rest.slice(2) : rest;
  // What a node is asked through its proxy is a path of its own.
  const isNodeProxy = resource === 'nodes' && subresource === 'proxy' && !inNamespace;
  if ((beyond.length > 0 && !isNodeProxy) || resource === '') return undefined;
  return { namespace: inNamespace ? second : '', resource, name, subresource };
}

function pathInfo(method: string, path: string): RequestInfo {
  return {
    verb: method.toLowerCase(),
    isResourceRequest: false,
    path,
    group: '',
    version: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    labelSelector: '',
    fieldSelector: '',
  };
}

const WRITE_VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

function verbOf(method: string, { name }: ResourcePath, query: URLSearchParams): string {
  if (method === 'GET' || method === 'HEAD') {
    if (name !== '') return 'get';
    return isTrue(query.get('watch')) ? 'watch' : 'list';
  }
  if (method === 'DELETE') return name === '' ? 'deletecollection' : 'delete';
  return WRITE_VERBS[method] ?? method.toLowerCase();
}

/** Kubernetes authorizes a list or watch of `metadata.name=x` as one of that name. */
function nameSelected(verb: string, fieldSelector: string): string {
  if (verb !== 'list' && verb !== 'watch' && verb !== 'deletecollection') return '';
  return /^metadata\.name==?([^,=!\\]+)$/.exec(fieldSelector)?.[1] ?? '';
}

/** How Kubernetes reads a flag in a query. */
export function isTrue(value: string | null): boolean {
  return value !== null && ['true', '1', 't', 'T', 'TRUE', 'True', ''].includes(value);
}
