// For tests: what Kubernetes' definitions say about one pod and a cluster, read off the objects anew each time. No
// counts, no classes, no sample: every node is asked, every placed pod is looked at. Slow and plain on purpose.
import type { Node } from '@gantry/api/kinds/node';
import type { Pod, PodAffinityTerm, TopologySpreadConstraint } from '@gantry/api/kinds/pod';
import { matchesNodeAffinity } from '@gantry/api/node-affinity';
import { bytesOf, cpuMilliOf } from '@gantry/api/quantity';
import { untoleratedTaint } from '@gantry/api/tolerations';
import { scoresOf } from './exhaustive-scores.ts';

/** A pod on a node; the node need not exist. */
export interface PlacedPod {
  pod: Pod;
  node: string;
}

/** The whole truth. */
export interface PlainCluster {
  nodes: readonly Node[];
  placed: readonly PlacedPod[];
}

/** Every node that takes the pod, with its score. */
export function feasibleNodes(pod: Pod, cluster: PlainCluster): Map<string, number> {
  const passing = cluster.nodes.filter((node) => takes(node, pod, cluster));
  return scoresOf(pod, passing, cluster);
}

/** Whether a node takes a pod. */
export function takes(node: Node, pod: Pod, cluster: PlainCluster): boolean {
  const here = cluster.placed.filter((placed) => placed.node === node.metadata.name);
  return (
    isOpen(node, pod) &&
    matchesNodeAffinity(pod.spec, node) &&
    hasRoom(node, pod, here) &&
    hasPorts(pod, here) &&
    (pod.spec.topologySpreadConstraints ?? []).every(
      (constraint) =>
        constraint.whenUnsatisfiable !== 'DoNotSchedule' || spreads(node, pod, constraint, cluster),
    ) &&
    hasCompany(node, pod, cluster) &&
    keepsAway(node, pod, cluster)
  );
}

function isOpen({ spec, status }: Node, pod: Pod): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  const taints = [...(spec?.taints ?? [])];
  const taint = (key: string) => taints.push({ key: `node.kubernetes.io/${key}`, effect: 'NoSchedule' });
  if (spec?.unschedulable === true) taint('unschedulable');
  if (ready !== 'True') taint(ready === 'Unknown' ? 'unreachable' : 'not-ready');
  return untoleratedTaint(taints, pod.spec.tolerations) === undefined;
}

/** What containers ask for together, or one init container if that is more, of one resource. */
export function requestOf({ spec }: Pod, resource: string): number {
  const ask = ({ resources }: { resources?: { requests?: Record<string, string | number> } }): number =>
    amount(resource, resources?.requests?.[resource]);
  const running = spec.containers.map(ask).reduce((sum, each) => sum + each, 0);
  return Math.max(running, ...(spec.initContainers ?? []).map(ask));
}

/** In thousandths for CPU, else in units. */
export function amount(resource: string, quantity: string | number | undefined): number {
  return resource === 'cpu' ? cpuMilliOf(quantity) : bytesOf(quantity);
}

function hasRoom({ status }: Node, pod: Pod, here: readonly PlacedPod[]): boolean {
  const allocatable = status?.allocatable ?? {};
  if (here.length + 1 > Number(allocatable['pods'] ?? 110)) return false;
  return ['cpu', 'memory', 'example.com/gpu'].every((resource) => {
    const asked = requestOf(pod, resource);
    const taken = here.reduce((sum, placed) => sum + requestOf(placed.pod, resource), 0);
    return asked === 0 || taken + asked <= amount(resource, allocatable[resource]);
  });
}

function hasPorts(pod: Pod, here: readonly PlacedPod[]): boolean {
  const portsOf = ({ spec }: Pod) =>
    spec.containers.flatMap(({ ports = [] }) => ports).filter(({ hostPort = 0 }) => hostPort > 0);
  return portsOf(pod).every((wanted) =>
    here
      .flatMap((placed) => portsOf(placed.pod))
      .every((held) => held.hostPort !== wanted.hostPort || held.protocol !== wanted.protocol),
  );
}

/** Whether a label selector of a spec selects the labels. */
export function selects(selector: PodAffinityTerm['labelSelector'], labels: Record<string, string>): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      return (value !== undefined) === (operator === 'Exists');
    })
  );
}

const labelsOf = ({ metadata }: Node | Pod): Record<string, string> => metadata.labels ?? {};

/** Whether the term of a pod of `namespace` means the other pod. */
export function means(term: PodAffinityTerm, namespace: string, other: Pod): boolean {
  const namespaces = (term.namespaces ?? []).length === 0 ? [namespace] : (term.namespaces ?? []);
  return namespaces.includes(other.metadata.namespace ?? '') && selects(term.labelSelector, labelsOf(other));
}

/** The value of a node's label, by the node's name; undefined when the node does not exist. */
function domainOf(name: string, key: string, { nodes }: PlainCluster): string | undefined {
  const node = nodes.find(({ metadata }) => metadata.name === name);
  return node === undefined ? undefined : labelsOf(node)[key];
}

/** Placed pods that `isMeant`, in the domain of the node; undefined when the node has none. */
export function inDomain(
  node: Node,
  key: string,
  cluster: PlainCluster,
  isMeant: (pod: Pod) => boolean,
): number | undefined {
  const value = labelsOf(node)[key];
  if (value === undefined) return undefined;
  return cluster.placed.filter(
    (placed) => isMeant(placed.pod) && domainOf(placed.node, key, cluster) === value,
  ).length;
}

/** Nodes that count for a pod's spread: they have all labels of that manner, and node affinity allows them. */
export function countingNodes(pod: Pod, manner: string, { nodes }: PlainCluster): Node[] {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === manner,
  );
  return nodes.filter(
    (node) =>
      constraints.every(({ topologyKey }) => labelsOf(node)[topologyKey] !== undefined) &&
      matchesNodeAffinity(pod.spec, node),
  );
}

/** Pods that the constraint counts on each of the counting nodes, summed by domain. */
export function spreadByDomain(
  pod: Pod,
  { topologyKey, labelSelector, whenUnsatisfiable }: TopologySpreadConstraint,
  cluster: PlainCluster,
): Map<string, number> {
  const domains = new Map<string, number>();
  for (const node of countingNodes(pod, whenUnsatisfiable, cluster)) {
    const counted = cluster.placed.filter(
      (placed) =>
        placed.node === node.metadata.name &&
        placed.pod.metadata.namespace === pod.metadata.namespace &&
        placed.pod.metadata.deletionTimestamp === undefined &&
        selects(labelSelector, labelsOf(placed.pod)),
    ).length;
    const value = labelsOf(node)[topologyKey] ?? '';
    domains.set(value, (domains.get(value) ?? 0) + counted);
  }
  return domains;
}

function spreads(node: Node, pod: Pod, constraint: TopologySpreadConstraint, cluster: PlainCluster): boolean {
  const value = labelsOf(node)[constraint.topologyKey];
  if (value === undefined) return false;
  const domains = spreadByDomain(pod, constraint, cluster);
  const fewest = domains.size === 0 ? 0 : Math.min(...domains.values());
  const self = selects(constraint.labelSelector, labelsOf(pod)) ? 1 : 0;
  return (domains.get(value) ?? 0) + self - fewest <= constraint.maxSkew;
}

function hasCompany(node: Node, pod: Pod, cluster: PlainCluster): boolean {
  const terms = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const namespace = pod.metadata.namespace ?? '';
  const isMeant = (other: Pod): boolean => terms.every((term) => means(term, namespace, other));
  const isAnywhere = cluster.placed.some(
    (placed) =>
      isMeant(placed.pod) &&
      terms.some(({ topologyKey }) => domainOf(placed.node, topologyKey, cluster) !== undefined),
  );
  const startsGroup = !isAnywhere && isMeant(pod);
  return terms.every(({ topologyKey }) => {
    const company = inDomain(node, topologyKey, cluster, isMeant);
    return company !== undefined && (startsGroup || company > 0);
  });
}

function keepsAway(node: Node, pod: Pod, cluster: PlainCluster): boolean {
  const away = (of: Pod) =>
    of.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const isAwayFromOthers = away(pod).every(
    (term) =>
      (inDomain(node, term.topologyKey, cluster, (other) =>
        means(term, pod.metadata.namespace ?? '', other),
      ) ?? 0) === 0,
  );
  return (
    isAwayFromOthers &&
    cluster.placed.every((placed) =>
      away(placed.pod).every((term) => {
        if (!means(term, placed.pod.metadata.namespace ?? '', pod)) return true;
        const theirs = domainOf(placed.node, term.topologyKey, cluster);
        return theirs === undefined || theirs !== labelsOf(node)[term.topologyKey];
      }),
    )
  );
}
