// The downward API: what a container may learn about its pod and node. Pure.
import { bytesOf, cpuMilliOf, parseQuantity } from '@gantry/api/quantity';
import type { Container, Pod } from '@gantry/api/kinds/pod';

/** What is known beside the pod itself. */
export interface DownwardContext {
  podIp: string;
  hostIp: string;
  nodeName: string;
  allocatable: { cpuMilli: number; memoryBytes: number };
}

/** The value of a `fieldRef`; undefined for a path that does not exist. */
export function fieldValue(pod: Pod, context: DownwardContext, path: string): string | undefined {
  const { metadata, spec } = pod;
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (subscript) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return mapLines(metadata.labels);
    case 'metadata.annotations':
      return mapLines(metadata.annotations);
    case 'spec.nodeName':
      return context.nodeName;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? 'default';
    case 'status.hostIP':
    case 'status.hostIPs':
      return context.hostIp;
    case 'status.podIP':
    case 'status.podIPs':
      return context.podIp;
    default:
      return undefined;
  }
}

/** The value of a `resourceFieldRef`, in units of `divisor`, rounded up; undefined for an unknown resource. */
export function resourceValue(
  container: Container,
  resource: string,
  divisor: string | number | undefined,
  context: DownwardContext,
): string | undefined {
  const [group, name] = resource.split('.', 2);
  if ((group !== 'limits' && group !== 'requests') || (name !== 'cpu' && name !== 'memory')) return undefined;
  const { limits, requests } = container.resources ?? {};
  const quantity = group === 'limits' ? limits?.[name] : (requests?.[name] ?? limits?.[name]);
  const unit = divisor === undefined ? 1 : (parseQuantity(divisor) ?? 0) || 1;
  if (name === 'cpu') {
    const milli =
      quantity === undefined ? fallback(group, context.allocatable.cpuMilli) : cpuMilliOf(quantity);
    return String(Math.ceil(milli / Math.round(unit * 1000)));
  }
  const bytes = quantity === undefined ? fallback(group, context.allocatable.memoryBytes) : bytesOf(quantity);
  return String(Math.ceil(bytes / unit));
}

/** A container without a limit may use all that the node has; one without a request has asked for nothing. */
function fallback(group: 'limits' | 'requests', allocatable: number): number {
  return group === 'limits' ? allocatable : 0;
}

/** One `key="value"` a line, sorted by key. */
function mapLines(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}
