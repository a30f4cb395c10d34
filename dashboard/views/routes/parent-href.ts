// Where a route belongs to, as an address. Pure.
import type { ParentReference } from '@gantry/api/kinds/gateway/references';
import { objectHref } from '../../shell/route.ts';

/** The page of the Gateway or Service; `own` is the namespace of the route. */
export function parentHref({ kind = 'Gateway', namespace, name }: ParentReference, own: string): string {
  return objectHref(kind === 'Service' ? 'services' : 'gateways', namespace ?? own, name);
}
