// What `get nodes` shows.
import type { Column } from '../definition.ts';
import { ageColumn, NONE } from './columns.ts';
import type { Node, NodeStatus } from './node.ts';

type NodeInfo = NonNullable<NodeStatus['nodeInfo']>;

const wide = (name: string, description: string, value: (node: Node) => string): Column<Node> => ({
  name,
  type: 'string',
  priority: 1,
  description,
  value,
});

const info = (name: string, description: string, field: keyof NodeInfo): Column<Node> =>
  wide(name, description, ({ status }) => textOr(status?.nodeInfo?.[field], '<unknown>'));

export const nodeColumns: readonly Column<Node>[] = [
  { name: 'Status', type: 'string', description: 'Whether it can run pods.', value: nodeStatusText },
  { name: 'Roles', type: 'string', description: 'What it is for, by its labels.', value: nodeRolesText },
  ageColumn(),
  {
    name: 'Version',
    type: 'string',
    description: 'Version of its agent.',
    value: ({ status }) => status?.nodeInfo?.kubeletVersion ?? '',
  },
  wide('Internal-IP', 'Address inside the cluster.', (node) => nodeAddressOf(node, 'InternalIP')),
  wide('External-IP', 'Address from outside.', (node) => nodeAddressOf(node, 'ExternalIP')),
  info('OS-Image', 'Operating system.', 'osImage'),
  info('Kernel-Version', 'Version of the kernel.', 'kernelVersion'),
  info('Container-Runtime', 'Engine and version.', 'containerRuntimeVersion'),
];

const textOr = (text: string | undefined, otherwise: string): string =>
  text === undefined || text === '' ? otherwise : text;

/** Whether it can run pods: `Ready`, `NotReady,SchedulingDisabled`. */
export function nodeStatusText({ spec, status }: Node): string {
  const ready = (status?.conditions ?? []).find(({ type }) => type === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec.unschedulable === true ? `${word},SchedulingDisabled` : word;
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';

/** What it is for, by its labels. */
export function nodeRolesText({ metadata }: Node): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key !== ROLE_PREFIX) roles.add(key.slice(ROLE_PREFIX.length));
    else if (key === 'kubernetes.io/role' && value !== '') roles.add(value);
  }
  return textOr([...roles].sort().join(','), NONE);
}

/** Its address of a type: `InternalIP`. */
export function nodeAddressOf({ status }: Node, type: string): string {
  return (status?.addresses ?? []).find((address) => address.type === type)?.address ?? NONE;
}
