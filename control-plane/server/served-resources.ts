// All that is served, as rows from which both forms of discovery are made: kinds of the registry, their
// subresources, and virtual resources.
import type { KindDefinition } from '@gantry/api/definition';
import { groupVersions } from '@gantry/api/registry';
import type { ServerDeps } from './deps.ts';
import { EMPTY_GROUPS, virtualResources, virtualSubresources } from './virtual-resources.ts';

/** Names the type that a resource's objects have. */
export interface ResponseKind {
  group: string;
  version: string;
  kind: string;
}

export interface ServedSubresource {
  /** `status` */
  name: string;
  responseKind: ResponseKind;
  verbs: readonly string[];
}

export interface ServedResource {
  resource: string;
  singular: string;
  responseKind: ResponseKind;
  namespaced: boolean;
  shortNames: readonly string[];
  categories: readonly string[];
  verbs: readonly string[];
  subresources: readonly ServedSubresource[];
}

export interface ServedVersion {
  group: string;
  version: string;
  resources: readonly ServedResource[];
}

const WRITE_VERBS = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const READ_VERBS = ['get', 'list', 'watch'];

/** Every group version, core first, groups in alphabetical order. */
export function servedVersions(
  deps: Pick<ServerDeps, 'connect' | 'usage' | 'traffic'>,
): readonly ServedVersion[] {
  const versions = new Map<string, { group: string; version: string; resources: ServedResource[] }>();
  const of = ({ group, version }: { group: string; version: string }): ServedResource[] => {
    const known = versions.get(`${group}/${version}`) ?? { group, version, resources: [] };
    versions.set(`${group}/${version}`, known);
    return known.resources;
  };
  for (const { group, version, kinds } of groupVersions) {
    for (const definition of kinds)
      of({ group, version }).push(servedKind(deps, definition, { group, version }));
  }
  for (const { group, version, kind, resource, singular, namespaced, verbs } of virtualResources(deps)) {
    const responseKind = { group, version, kind };
    const nothing = { shortNames: [], categories: [], subresources: [] };
    of({ group, version }).push({ resource, singular, responseKind, namespaced, verbs, ...nothing });
  }
  EMPTY_GROUPS.forEach(of);
  return [...versions.values()].sort((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : 0));
}

function servedKind(
  deps: Pick<ServerDeps, 'connect' | 'traffic'>,
  definition: KindDefinition,
  groupVersion: { group: string; version: string },
): ServedResource {
  const responseKind = { ...groupVersion, kind: definition.kind };
  return {
    resource: definition.resource,
    singular: definition.singular,
    responseKind,
    namespaced: definition.namespaced,
    shortNames: definition.shortNames,
    categories: definition.categories,
    verbs: [...READ_VERBS, ...(definition.verbs ?? WRITE_VERBS)].sort(),
    subresources: subresourcesOf(deps, definition, responseKind),
  };
}

function subresourcesOf(
  deps: Pick<ServerDeps, 'connect' | 'traffic'>,
  { group, resource, subresources }: KindDefinition,
  responseKind: ResponseKind,
): ServedSubresource[] {
  const verbs = ['get', 'patch', 'update'];
  const served: ServedSubresource[] = [];
  if (subresources.scale !== undefined) {
    served.push({
      name: 'scale',
      responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
      verbs,
    });
  }
  if (subresources.status) served.push({ name: 'status', responseKind, verbs });
  if (group !== '') return served;
  const virtual = virtualSubresources(deps).filter(({ of }) => of === resource);
  return [
    ...virtual.map(({ name, kind, verbs: own }) => ({ name, responseKind: kind, verbs: own })),
    ...served,
  ];
}
