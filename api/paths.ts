// Where an object lives in the URL space: the one home of Kubernetes' path scheme, for client and server alike.

/** What a path needs to know of a kind; a KindDefinition is one. */
export interface PathParts {
  group: string;
  version: string;
  resource: string;
  namespaced: boolean;
}

/** `/api/v1` for the core group, else `/apis/<group>/<version>`. */
export function groupVersionPath(definition: { group: string; version: string }): string {
  return definition.group === ''
    ? `/api/${definition.version}`
    : `/apis/${definition.group}/${definition.version}`;
}

/** The collection: of one namespace, or of all when `namespace` is empty or absent. */
export function collectionPathOf(definition: PathParts, namespace = ''): string {
  const prefix = groupVersionPath(definition);
  if (!definition.namespaced || namespace === '') return `${prefix}/${definition.resource}`;
  return `${prefix}/namespaces/${encodeURIComponent(namespace)}/${definition.resource}`;
}

/** One object, or a subresource of it such as `status`. */
export function pathOf(
  definition: PathParts,
  key: { namespace?: string; name: string },
  subresource?: string,
): string {
  const object = `${collectionPathOf(definition, key.namespace)}/${encodeURIComponent(key.name)}`;
  return subresource === undefined ? object : `${object}/${subresource}`;
}
