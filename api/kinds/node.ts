// Node: a machine with an agent that runs pods.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import {
  described,
  flag,
  integer,
  listOf,
  long,
  mapOf,
  notYet,
  oneOf,
  optional,
  quantity,
  struct,
  text,
  time,
} from '../schema.ts';
import { objectFields } from './object-fields.ts';
import { immutable } from '../issues.ts';
import { metadataIssues } from './check-metadata.ts';
import { nodeIssues } from './node-check.ts';
import { nodeColumns } from './node-columns.ts';

const CORE = 'io.k8s.api.core.v1';
const DESCRIPTION = 'A machine on which an agent runs pods.';

export const Taint = struct(`${CORE}.Taint`, 'Keeps pods away that do not tolerate it.', {
  key: text('Key of the taint.'),
  value: optional(text('Value of the taint.')),
  effect: oneOf('NoSchedule lets no new pods come, NoExecute also sends running ones away.', [
    'NoSchedule',
    'PreferNoSchedule',
    'NoExecute',
  ]),
  timeAdded: optional(time('When the taint came, for NoExecute.')),
});
export type Taint = Static<typeof Taint>;

export const NodeSpec = struct(
  `${CORE}.NodeSpec`,
  'What a node is to be.',
  {
    unschedulable: optional(flag('Whether new pods are kept away (cordon).')),
    taints: optional(listOf('Taints of the node.', Taint)),
    podCIDR: optional(text('Range of addresses of its pods.')),
    podCIDRs: optional(
      listOf('Ranges of addresses of its pods.', text('A range.'), { patchMergeKey: '', listType: 'set' }),
    ),
    providerID: optional(text('What its provider calls the machine.')),
  },
  notYet({ configSource: 'Configure the agent on its command line.', externalID: 'Use providerID.' }),
);
export type NodeSpec = Static<typeof NodeSpec>;

export const NodeCondition = struct(`${CORE}.NodeCondition`, 'One observed fact about a node.', {
  type: text('Which fact: Ready, MemoryPressure, DiskPressure, PIDPressure, ClockDrift, …'),
  status: oneOf('Whether it holds.', ['True', 'False', 'Unknown']),
  reason: optional(text('One word for programs: why.')),
  message: optional(text('A sentence for people: why.')),
  lastHeartbeatTime: optional(time('When the agent last said so.')),
  lastTransitionTime: optional(time('When `status` last changed.')),
});
export type NodeCondition = Static<typeof NodeCondition>;

export const NodeAddress = struct(`${CORE}.NodeAddress`, 'An address of a node.', {
  type: text('Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.'),
  address: text('The address.'),
});

export const NodeSystemInfo = struct(`${CORE}.NodeSystemInfo`, 'What the machine and its programs are.', {
  machineID: text('Identity of the machine.'),
  systemUUID: text('Identity of the hardware.'),
  bootID: text('Identity of the current boot.'),
  kernelVersion: text('Version of the kernel.'),
  osImage: text('Name of the operating system.'),
  containerRuntimeVersion: text('Engine and version, e.g. `docker://20.10.24`.'),
  kubeletVersion: text('Version of the agent.'),
  kubeProxyVersion: text('Version of the service proxy.'),
  operatingSystem: text('linux.'),
  architecture: text('Processor architecture, e.g. amd64.'),
});

export const ContainerImage = struct(`${CORE}.ContainerImage`, 'An image that the node has.', {
  names: optional(listOf('Names of the image.', text('A name.'))),
  sizeBytes: optional(long('Its size in bytes.')),
});

const daemonEndpoint = struct(`${CORE}.DaemonEndpoint`, 'A port of a daemon.', {
  Port: integer('Number of the port.'),
});

export const NodeDaemonEndpoints = struct(
  `${CORE}.NodeDaemonEndpoints`,
  'Ports of the programs on the node.',
  {
    kubeletEndpoint: optional(
      described('Port of the agent; it dials out, so none is needed.', daemonEndpoint),
    ),
  },
);

export const NodeStatus = struct(
  `${CORE}.NodeStatus`,
  'What is observed of a node.',
  {
    capacity: optional(mapOf('What the machine has: cpu, memory, pods.', quantity('An amount.'))),
    allocatable: optional(mapOf('What of it is there for pods.', quantity('An amount.'))),
    conditions: optional(
      listOf('Observed facts.', NodeCondition, { patchMergeKey: 'type', listMapKeys: ['type'] }),
    ),
    addresses: optional(
      listOf('Addresses of the machine.', NodeAddress, { patchMergeKey: 'type', listMapKeys: ['type'] }),
    ),
    nodeInfo: optional(described('What the machine and its programs are.', NodeSystemInfo)),
    images: optional(listOf('Images that the node has.', ContainerImage)),
    daemonEndpoints: optional(described('Ports of the programs on the node.', NodeDaemonEndpoints)),
    phase: optional(text('No longer used.')),
  },
  notYet({
    volumesInUse: 'There are no attached volumes.',
    volumesAttached: 'There are no attached volumes.',
    config: 'Configure the agent on its command line.',
    runtimeHandlers: "The engine's default runtime is used.",
    features: 'See nodeInfo.',
    declaredFeatures: 'See nodeInfo.',
  }),
);
export type NodeStatus = Static<typeof NodeStatus>;

export const Node = struct(`${CORE}.Node`, DESCRIPTION, {
  ...objectFields,
  spec: described('What the node is to be.', NodeSpec, { default: {} }),
  status: optional(described('What is observed of it.', NodeStatus)),
});
export type Node = Static<typeof Node>;

export const nodeKind = defineKind<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  resource: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  categories: [],
  namespaced: false,
  schema: Node,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: false,
  check: (node) => [...metadataIssues(node.metadata), ...nodeIssues(node)],
  checkUpdate: (node, old) => {
    const before = old.spec.podCIDR ?? '';
    if (before === '' || node.spec.podCIDR === before) return [];
    return [
      immutable(
        'spec.podCIDR',
        node.spec.podCIDR ?? '',
        'delete the node and let its agent register it anew',
      ),
    ];
  },
  columns: nodeColumns,
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },
});
