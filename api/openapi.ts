// The OpenAPI v3 documents, one a group version, drawn from the registry. Made when first asked for, then kept as
// the text that is sent.
import { kindPaths } from './openapi-paths.ts';
import { componentsOf } from './openapi-schema.ts';
import { type GroupVersion, groupVersions as allGroupVersions } from './registry.ts';

/** What serves `/openapi/v3`. */
export interface OpenapiDocuments {
  /** Body of `/openapi/v3`: where each document is. The hash in the address changes with the document. */
  index(): { paths: Record<string, { serverRelativeURL: string }> };
  /** JSON text behind a key of the index (`api/v1`, `apis/apps/v1`); undefined when there is none. */
  document(key: string): string | undefined;
}

/** Documents of the given group versions; of all that are registered when left out. */
export function createOpenapiDocuments(
  version: string,
  groupVersions: readonly GroupVersion[] = allGroupVersions,
): OpenapiDocuments {
  const byKey = new Map(groupVersions.map((one) => [keyOf(one), one]));
  const texts = new Map<string, string>();
  const document = (key: string): string | undefined => {
    const groupVersion = byKey.get(key);
    if (groupVersion === undefined) return undefined;
    const text = texts.get(key) ?? JSON.stringify(openapiDocument(groupVersion, version));
    texts.set(key, text);
    return text;
  };
  return {
    document,
    index: () => {
      const entries = [...byKey.keys()].map((key) => {
        const serverRelativeURL = `/openapi/v3/${key}?hash=${hashOf(document(key) ?? '')}`;
        return [key, { serverRelativeURL }] as const;
      });
      return { paths: Object.fromEntries(entries) };
    },
  };
}

const keyOf = ({ group, version }: GroupVersion): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`;

/** The document of one group version. */
export function openapiDocument(groupVersion: GroupVersion, version: string): object {
  const { group, version: apiVersion, kinds } = groupVersion;
  return {
    openapi: '3.0.0',
    info: { title: 'Gantry', version },
    paths: Object.assign({}, ...kinds.map((kind) => kindPaths(kind, group, apiVersion))) as object,
    components: { schemas: componentsOf(groupVersion) },
  };
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over the text: enough to tell documents apart, which is all that clients do with it. */
function hashOf(text: string): string {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME) >>> 0;
  }
  return hash.toString(16).padStart(8, '0').toUpperCase();
}
