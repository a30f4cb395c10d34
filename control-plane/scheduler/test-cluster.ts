// Nodes and pods for tests of the scheduler, with only what a test names.
import type { Node } from '@gantry/api/kinds/node';
import type { Pod, PodSpec } from '@gantry/api/kinds/pod';
import { seededRandom } from '@gantry/kit/random';
import { ClusterState } from './cluster-state.ts';
import { Nominations } from './nominations.ts';
import { Passes } from './passes.ts';
import { allPlugins } from './plugins/all.ts';
import type { PodView } from './pod-needs.ts';
import { PodViews } from './pod-needs.ts';
import type { SchedulingState } from './schedule.ts';

export interface NodeParts {
  labels?: Record<string, string>;
  allocatable?: Record<string, string>;
  ready?: 'True' | 'False' | 'Unknown';
  spec?: Node['spec'];
  images?: { names: string[]; sizeBytes: number }[];
}

export interface PodParts {
  namespace?: string;
  labels?: Record<string, string>;
  ownerUid?: string;
  requests?: Record<string, string>;
  hostPort?: number;
  spec?: Partial<PodSpec>;
  terminating?: boolean;
}

/** A ready node of 4 cores, 8 GiB and 110 pods unless told otherwise; `kubernetes.io/hostname` is its name. */
export function aNode(name: string, parts: NodeParts = {}): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `node-${name}`, labels: { 'kubernetes.io/hostname': name, ...parts.labels } },
    spec: parts.spec ?? {},
    status: {
      allocatable: { cpu: '4', memory: '8Gi', pods: '110', ...parts.allocatable },
      conditions: [{ type: 'Ready', status: parts.ready ?? 'True' }],
      images: parts.images ?? [],
    },
  };
}

export function aPod(name: string, parts: PodParts = {}): Pod {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'owner', controller: true };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: parts.namespace ?? 'default',
      uid: `uid-${parts.namespace ?? 'default'}-${name}`,
      resourceVersion: '1',
      ...(parts.labels === undefined ? {} : { labels: parts.labels }),
      ...(parts.ownerUid === undefined ? {} : { ownerReferences: [{ ...owner, uid: parts.ownerUid }] }),
      ...(parts.terminating === true ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: {
      containers: [
        {
          name: 'main',
          image: 'app:1',
          ...(parts.requests === undefined ? {} : { resources: { requests: parts.requests } }),
          ...(parts.hostPort === undefined
            ? {}
            : { ports: [{ containerPort: 80, hostPort: parts.hostPort }] }),
        },
      ],
      ...parts.spec,
    },
    status: { phase: 'Pending' },
  };
}

const views = new PodViews();

export function view(name: string, parts: PodParts = {}): PodView {
  return views.of(aPod(name, parts));
}

/** A cluster with these nodes, and pods by node. */
export function aCluster(
  nodes: readonly Node[],
  placed: Readonly<Record<string, PodView[]>> = {},
): ClusterState {
  const cluster = new ClusterState();
  for (const node of nodes) cluster.setNode(node);
  for (const [node, pods] of Object.entries(placed)) for (const pod of pods) cluster.place(pod, node);
  return cluster;
}

/** What a decision on the cluster works on, with nothing known from before. */
export function stateOf(cluster: ClusterState, seed: number): SchedulingState {
  return {
    cluster,
    passes: new Passes(allPlugins, seededRandom(seed)),
    nominations: new Nominations(cluster),
  };
}
