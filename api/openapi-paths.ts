// The routes of a kind as OpenAPI paths. kubectl reads from them which kinds there are and that the server checks
// fields itself (`fieldValidation`); the patch body is left out on purpose: what lists strategic merge there makes
// kubectl compute patches from these schemas instead of its own.
import type { KindDefinition } from './definition.ts';
import { componentNameOf, componentRef } from './openapi-schema.ts';

/** A JSON object of the document. */
export type Json = Record<string, unknown>;

const DEFAULT_VERBS = ['create', 'update', 'patch', 'delete', 'deletecollection'];

const query = (name: string, type: string, description: string): Json => ({
  name,
  in: 'query',
  description,
  schema: { type, uniqueItems: true },
});

const WRITE = [
  query('dryRun', 'string', 'All: everything is done but the write itself.'),
  query('fieldManager', 'string', 'Who writes, for managedFields.'),
  query('fieldValidation', 'string', 'Strict refuses unknown fields, Warn tells of them, Ignore drops them.'),
];
const FORCE = query('force', 'boolean', 'Server-side apply: take over fields of other managers.');
const SELECT = [
  query('labelSelector', 'string', 'Only objects with these labels.'),
  query('fieldSelector', 'string', 'Only objects with these fields.'),
];
const LIST = [
  ...SELECT,
  query('limit', 'integer', 'At most so many objects a page.'),
  query('continue', 'string', 'Token of the page before.'),
  query('watch', 'boolean', 'Follow changes instead of listing.'),
  query('resourceVersion', 'string', 'At least this revision; for a watch, from after it.'),
  query('timeoutSeconds', 'integer', 'How long the watch lasts.'),
  query('allowWatchBookmarks', 'boolean', 'Whether the watch tells revisions without changes.'),
];
const DELETE = [
  query('dryRun', 'string', 'All: everything is done but the deletion itself.'),
  query('gracePeriodSeconds', 'integer', 'Seconds to end in good order.'),
  query('propagationPolicy', 'string', 'Background, Foreground or Orphan.'),
];

const pathParameter = (name: string, description: string): Json => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', uniqueItems: true },
});

interface Operation {
  action: string;
  description: string;
  parameters: readonly Json[];
  body?: boolean;
  answer?: string;
}

/** All paths of a kind in one of its group versions. */
export function kindPaths(definition: KindDefinition, group: string, version: string): Json {
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = definition.namespaced ? `${base}/namespaces/{namespace}` : base;
  const collection = `${scope}/${definition.resource}`;
  const one = `${collection}/{name}`;
  const paths: Json = {
    [collection]: collectionPath(definition, group, version),
    [one]: objectPath(definition, group, version),
  };
  if (definition.namespaced)
    paths[`${base}/${definition.resource}`] = everywherePath(definition, group, version);
  if (definition.subresources.status) paths[`${one}/status`] = statusPath(definition, group, version);
  if (definition.subresources.scale !== undefined) paths[`${one}/scale`] = scalePath(definition);
  return paths;
}

function collectionPath(definition: KindDefinition, group: string, version: string): Json {
  const { verbs = DEFAULT_VERBS, resource, kind } = definition;
  const operation = operationOf(definition, { group, version, kind });
  const list = {
    action: 'list',
    description: `Lists or watches ${resource}.`,
    parameters: LIST,
    answer: 'List',
  };
  const create = { action: 'post', description: `Creates a ${kind}.`, parameters: WRITE, body: true };
  const clear = {
    action: 'deletecollection',
    description: `Deletes ${resource}.`,
    parameters: [...DELETE, ...SELECT],
  };
  return {
    ...scopeParameters(definition),
    get: operation(list),
    ...(verbs.includes('create') ? { post: operation(create) } : {}),
    ...(verbs.includes('deletecollection') ? { delete: operation(clear) } : {}),
  };
}

function objectPath(definition: KindDefinition, group: string, version: string): Json {
  const { verbs = DEFAULT_VERBS, kind } = definition;
  const operation = operationOf(definition, { group, version, kind });
  const patch = { action: 'patch', description: `Changes a ${kind}.`, parameters: [...WRITE, FORCE] };
  return {
    ...scopeParameters(definition, true),
    get: operation({ action: 'get', description: `Reads a ${kind}.`, parameters: [] }),
    ...(verbs.includes('update')
      ? {
          put: operation({
            action: 'put',
            description: `Replaces a ${kind}.`,
            parameters: WRITE,
            body: true,
          }),
        }
      : {}),
    ...(verbs.includes('patch') ? { patch: operation(patch) } : {}),
    ...(verbs.includes('delete')
      ? { delete: operation({ action: 'delete', description: `Deletes a ${kind}.`, parameters: DELETE }) }
      : {}),
  };
}

function everywherePath(definition: KindDefinition, group: string, version: string): Json {
  const { kind, resource } = definition;
  const description = `Lists or watches ${resource} of all namespaces.`;
  const operation = operationOf(definition, { group, version, kind });
  return { get: operation({ action: 'list', description, parameters: LIST, answer: 'List' }) };
}

function statusPath(definition: KindDefinition, group: string, version: string): Json {
  const { kind } = definition;
  const operation = operationOf(definition, { group, version, kind });
  return {
    ...scopeParameters(definition, true),
    get: operation({ action: 'get', description: `Reads a ${kind}.`, parameters: [] }),
    put: operation({ action: 'put', description: `Replaces its status.`, parameters: WRITE, body: true }),
    patch: operation({ action: 'patch', description: `Changes its status.`, parameters: [...WRITE, FORCE] }),
  };
}

function scalePath(definition: KindDefinition): Json {
  const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
  const operation = (action: string, description: string, parameters: readonly Json[]): Json => ({
    description,
    parameters,
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': scale,
  });
  return {
    ...scopeParameters(definition, true),
    get: operation('get', 'Reads how many there are to be and are.', []),
    put: operation('put', 'Sets how many there are to be.', WRITE),
    patch: operation('patch', 'Sets how many there are to be.', [...WRITE, FORCE]),
  };
}

function scopeParameters(definition: KindDefinition, named = false): Json {
  const parameters = [
    ...(named ? [pathParameter('name', `Name of the ${definition.kind}.`)] : []),
    ...(definition.namespaced ? [pathParameter('namespace', 'The namespace.')] : []),
  ];
  return parameters.length === 0 ? {} : { parameters };
}

function operationOf(
  definition: KindDefinition,
  groupVersionKind: { group: string; version: string; kind: string },
): (operation: Operation) => Json {
  const component = componentNameOf(definition);
  const content = (name: string): Json => ({ 'application/json': { schema: { $ref: componentRef(name) } } });
  return ({ action, description, parameters, body = false, answer = '' }) => ({
    description,
    parameters,
    ...(body ? { requestBody: { required: true, content: content(component) } } : {}),
    responses: { 200: { description: 'OK', content: content(`${component}${answer}`) } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': groupVersionKind,
  });
}
