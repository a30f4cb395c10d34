// Discovery as it was before aggregation; several clients still ask for it. Pure.
import { apiVersionOf } from '@gantry/api/definition';
import type { ServedResource, ServedVersion } from './served-resources.ts';

/** /api */
export function apiVersions(address: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

/** /apis */
export function apiGroupList(versions: readonly ServedVersion[]): object {
  const names = [...new Set(versions.map(({ group }) => group))].filter((name) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: names.map((name) => groupOf(name, versions)) };
}

/** /apis/<group>; undefined for an unknown one. */
export function apiGroup(name: string, versions: readonly ServedVersion[]): object | undefined {
  if (name === '' || !versions.some(({ group }) => group === name)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(name, versions) };
}

function groupOf(name: string, versions: readonly ServedVersion[]): object {
  const members = versions
    .filter(({ group }) => group === name)
    .map((member) => ({ groupVersion: apiVersionOf(member), version: member.version }));
  return { name, versions: members, preferredVersion: members[0] };
}

/** /api/v1 and /apis/<group>/<version>; undefined for an unknown one. */
export function apiResourceList(
  group: string,
  version: string,
  versions: readonly ServedVersion[],
): object | undefined {
  const served = versions.find((candidate) => candidate.group === group && candidate.version === version);
  if (served === undefined) return undefined;
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf(served),
    resources: served.resources.flatMap((resource) => rows(resource, { group, version })),
  };
}

function rows(served: ServedResource, own: { group: string; version: string }): object[] {
  const main = {
    name: served.resource,
    singularName: served.singular,
    namespaced: served.namespaced,
    kind: served.responseKind.kind,
    verbs: served.verbs,
    ...(served.shortNames.length === 0 ? {} : { shortNames: served.shortNames }),
    ...(served.categories.length === 0 ? {} : { categories: served.categories }),
  };
  const parts = served.subresources.map(({ name, responseKind, verbs }) => ({
    name: `${served.resource}/${name}`,
    singularName: '',
    namespaced: served.namespaced,
    // A kind of another group names its group; one of this group does not.
    ...(responseKind.group === own.group && responseKind.version === own.version
      ? {}
      : { group: responseKind.group, version: responseKind.version }),
    kind: responseKind.kind,
    verbs,
  }));
  return [main, ...parts];
}
