// Aggregated discovery: all groups of /api or /apis in one document. Pure.
import type { ServedResource, ServedVersion } from './served-resources.ts';

/** APIGroupDiscoveryList of the given version (`v2`, `v2beta1`) over the given group versions. */
export function aggregatedDiscovery(version: string, versions: readonly ServedVersion[]): object {
  const groups = new Map<string, ServedVersion[]>();
  for (const served of versions) groups.set(served.group, [...(groups.get(served.group) ?? []), served]);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: [...groups].map(([name, members]) => ({
      metadata: { ...(name === '' ? {} : { name }), creationTimestamp: null },
      versions: members.map((member) => ({
        version: member.version,
        ...(member.resources.length === 0 ? {} : { resources: member.resources.map(resourceDiscovery) }),
        freshness: 'Current',
      })),
    })),
  };
}

function resourceDiscovery(served: ServedResource): object {
  return {
    resource: served.resource,
    responseKind: served.responseKind,
    scope: served.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: served.singular,
    verbs: served.verbs,
    ...(served.shortNames.length === 0 ? {} : { shortNames: served.shortNames }),
    ...(served.categories.length === 0 ? {} : { categories: served.categories }),
    ...(served.subresources.length === 0
      ? {}
      : {
          subresources: served.subresources.map(({ name, responseKind, verbs }) => ({
            subresource: name,
            responseKind,
            verbs,
          })),
        }),
  };
}
