// Whoever may list a resource may hear its figures.
import { authorize } from '../permit.ts';
import type { Security, User } from '../security.ts';

/** A resource in its group version. */
export interface ListedResource {
  group: string;
  version: string;
  resource: string;
}

/** @param namespace empty for all. @throws StatusError 403. */
export function authorizeList(
  security: Security,
  user: User,
  { group, version, resource }: ListedResource,
  namespace: string,
): void {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  authorize(security, user, {
    verb: 'list',
    isResourceRequest: true,
    path: `${root}${namespace === '' ? '' : `/namespaces/${namespace}`}/${resource}`,
    ...{ group, version, resource, namespace },
    ...{ subresource: '', name: '', labelSelector: '', fieldSelector: '' },
  });
}
