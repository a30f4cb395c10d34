// What a scheduling benchmark schedules: nodes and pods of the sizes that kube-scheduler's own benchmark uses.
import type { Node } from '@gantry/api/kinds/node';
import type { Pod, PodSpec } from '@gantry/api/kinds/pod';

/** One run's input. All of it is a function of the number of nodes. */
export interface Workload {
  nodes: readonly Node[];
  /** Placed before the clock runs. */
  before: readonly Pod[];
  /** There all the while, and never placed. */
  beside: readonly Pod[];
  /** What is counted. */
  measured: readonly Pod[];
  /** What comes and goes meanwhile. */
  churn?: Churn;
}

/** Comes, and goes again a moment later, over and over. */
export interface Churn {
  node: Node;
  pod: Pod;
}

/** A kind of workload. */
export interface Shape {
  name: string;
  /** What it is, for the table. */
  title: string;
  /** The floor of kube-scheduler's own benchmark in its CI, pods a second, at 5,000 nodes. */
  floor?: number;
  /** Where that floor is for other circumstances than ours, a word about it. */
  floorNote?: string;
  /** Pods a second that Gantry promises at 5,000 nodes. */
  targets?: { memory?: number; durable?: number };
  /** Whether pods are also created while the scheduler binds, and its Events waited for. */
  thorough?: boolean;
  build(nodes: number): Workload;
}

/** At this size the floors and the targets hold. */
export const LARGE_NODES = 5_000;

/** One more pod like those measured. */
export function anotherPod({ measured }: Workload, index: number): Pod {
  const like = measured[index % measured.length];
  if (like === undefined) throw new Error('the workload measures no pods');
  return { ...like, metadata: { ...like.metadata, name: `more-${index}` } };
}

export const ZONE = 'topology.kubernetes.io/zone';
export const HOSTNAME = 'kubernetes.io/hostname';
/** Namespaces of the pods placed before, and of those measured. */
export const NAMESPACES = ['sched-0', 'sched-1'] as const;

/** Ready nodes of 4 cores, 32 GiB and 110 pods, over the given zones in turn. */
export function benchNodes(count: number, zones: readonly string[] = ['zone1']): Node[] {
  return Array.from({ length: count }, (_, index) => benchNode(`node-${index}`, zones[index % zones.length]));
}

export function benchNode(name: string, zone = 'zone1'): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, labels: { [HOSTNAME]: name, [ZONE]: zone } },
    spec: {},
    status: {
      capacity: { cpu: '4', memory: '32Gi', pods: '110' },
      allocatable: { cpu: '4', memory: '32Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  };
}

/** How one pod differs from the plain one. */
export interface PodParts {
  namespace?: string;
  labels?: Record<string, string>;
  cpu?: string;
  spec?: Partial<PodSpec>;
}

/** Pods of 100 millicores and 500 MiB unless told otherwise. */
export function benchPods(prefix: string, count: number, parts: PodParts = {}): Pod[] {
  return Array.from({ length: count }, (_, index) => benchPod(`${prefix}-${index}`, parts));
}

export function benchPod(name: string, { namespace = 'sched-1', labels, cpu = '100m', spec }: PodParts): Pod {
  const amounts = { cpu, memory: '500Mi' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ...(labels === undefined ? {} : { labels }) },
    spec: {
      containers: [
        {
          name: 'pause',
          image: 'pause:3.10',
          ports: [{ containerPort: 80 }],
          resources: { limits: amounts, requests: amounts },
        },
      ],
      ...spec,
    },
  };
}
