// What a route belongs to, in words. Pure.
import type { ParentReference } from '../kinds/gateway/references.ts';

/** `Gateway infra/web, listener https`. */
export function parentText({
  kind = 'Gateway',
  namespace,
  name,
  sectionName,
  port,
}: ParentReference): string {
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  const listener = sectionName === undefined ? '' : `, listener ${sectionName}`;
  return `${kind} ${place}${listener}${port === undefined ? '' : `, port ${port}`}`;
}
