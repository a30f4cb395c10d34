// The resource of an apiVersion and kind, as the server tells it: the page need not know the kind. Asked once a version.
import type { Request } from '../../request/request.ts';
import type { ResourceRef } from '../../request/resource-paths.ts';

interface ServedResource {
  name: string;
  kind: string;
  namespaced: boolean;
}

/** Finds it, or says why not. */
export type FindResource = (apiVersion: string, kind: string) => Promise<ResourceRef | string>;

/** Remembers what the server has told. */
export function createFindResource(request: Request): FindResource {
  const known = new Map<string, Promise<readonly ServedResource[] | string>>();
  return async (apiVersion, kind) => {
    const told = known.get(apiVersion) ?? served(request, apiVersion);
    known.set(apiVersion, told);
    const resources = await told;
    if (typeof resources === 'string') {
      known.delete(apiVersion);
      return resources;
    }
    const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
    if (found === undefined) return `no kind ${kind} in ${apiVersion} is known`;
    const [version = '', group = ''] = apiVersion.split('/').reverse();
    return { group, version, resource: found.name, kind, namespaced: found.namespaced };
  };
}

async function served(request: Request, apiVersion: string): Promise<readonly ServedResource[] | string> {
  const root = apiVersion.includes('/') ? '/apis' : '/api';
  const path = apiVersion.split('/').map(encodeURIComponent).join('/');
  const outcome = await request<{ resources?: ServedResource[] }>(`${root}/${path}`);
  if (outcome.ok) return outcome.value.resources ?? [];
  return outcome.code === 404 ? `${apiVersion} is not served here` : outcome.message;
}
