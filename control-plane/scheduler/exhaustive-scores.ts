// For tests: the scores of docs/design/scheduler.md, read off the objects anew each time.
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { matchesNodeSelectorTerm } from '@gantry/api/node-affinity';
import { toleratesTaint } from '@gantry/api/tolerations';
import type { PlainCluster } from './exhaustive-scheduler.ts';
import { amount, inDomain, means, requestOf, spreadByDomain } from './exhaustive-scheduler.ts';

/** What a pod counts for when it asks for nothing. */
const ASSUMED = { cpu: 100, memory: 200 * 1024 * 1024 };
const MEBIBYTE = 1024 * 1024;

/** The sum of all scores, by node. */
export function scoresOf(pod: Pod, nodes: readonly Node[], cluster: PlainCluster): Map<string, number> {
  const nearness = nearnessOf(pod, cluster);
  const spread = spreadOf(pod, cluster);
  return new Map(
    nodes.map((node) => {
      const [cpu, memory] = [shareOf('cpu', node, pod, cluster), shareOf('memory', node, pod, cluster)];
      const score =
        -2 * 25 * siblingsOn(node, pod, cluster) +
        100 * (1 - (cpu + memory) / 2) +
        100 * (1 - Math.abs(cpu - memory)) +
        imageScore(node, pod) +
        2 * wishesMet(node, pod) +
        2 * nearness(node) +
        2 * spread(node) +
        3 * (100 / (1 + disliked(node, pod)));
      return [node.metadata.name ?? '', score];
    }),
  );
}

function siblingsOn({ metadata }: Node, pod: Pod, { placed }: PlainCluster): number {
  const owner = ownerOf(pod);
  if (owner === undefined) return 0;
  return placed.filter((other) => other.node === metadata.name && ownerOf(other.pod) === owner).length;
}

function ownerOf({ metadata }: Pod): string | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;
}

function shareOf(resource: 'cpu' | 'memory', node: Node, pod: Pod, { placed }: PlainCluster): number {
  const all = amount(resource, node.status?.allocatable?.[resource]);
  const taken = [
    pod,
    ...placed.filter((other) => other.node === node.metadata.name).map((other) => other.pod),
  ]
    .map((each) => requestOf(each, resource) || ASSUMED[resource])
    .reduce((sum, each) => sum + each, 0);
  return all === 0 ? 1 : Math.min(1, taken / all);
}

function imageScore({ status }: Node, { spec }: Pod): number {
  const images = status?.images ?? [];
  if (images.length === 0) return 0;
  const bytes = spec.containers
    .map(({ image = '' }) => images.find(({ names = [] }) => names.includes(image))?.sizeBytes ?? 0)
    .reduce((sum, each) => sum + each, 0);
  const [least, most] = [23 * MEBIBYTE, 1000 * MEBIBYTE * spec.containers.length];
  return (100 * (Math.max(least, Math.min(bytes, most)) - least)) / (most - least);
}

function wishesMet(node: Node, { spec }: Pod): number {
  const wishes = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const total = wishes.reduce((sum, { weight }) => sum + weight, 0);
  const met = wishes.filter(({ preference }) => matchesNodeSelectorTerm(preference, node));
  return total === 0 ? 0 : (100 * met.reduce((sum, { weight }) => sum + weight, 0)) / total;
}

function disliked({ spec }: Node, pod: Pod): number {
  return (spec?.taints ?? []).filter(
    (taint) =>
      taint.effect === 'PreferNoSchedule' &&
      !(pod.spec.tolerations ?? []).some((toleration) => toleratesTaint(toleration, taint)),
  ).length;
}

/** Points for wished and unwished company, from 0 to 100 between the least and the most that a node could have. */
function nearnessOf(pod: Pod, cluster: PlainCluster): (node: Node) => number {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const wishes = [
    ...(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((wish) => ({
      ...wish,
      weight: -wish.weight,
    })),
  ];
  const company = wishes.map(({ podAffinityTerm, weight }) => {
    const isMeant = (other: Pod): boolean => means(podAffinityTerm, pod.metadata.namespace ?? '', other);
    const points = (node: Node): number =>
      weight * (inDomain(node, podAffinityTerm.topologyKey, cluster, isMeant) ?? 0);
    return { points, all: cluster.nodes.map(points) };
  });
  const best = company.reduce((sum, { all }) => sum + Math.max(0, ...all), 0);
  const worst = company.reduce((sum, { all }) => sum + Math.min(0, ...all), 0);
  return (node) => {
    if (best === worst) return 0;
    const own = company.reduce((sum, { points }) => sum + points(node), 0);
    return (100 * (own - worst)) / (best - worst);
  };
}

/** The emptier the node's domain is against the fullest, the better; the mean over all constraints. */
function spreadOf(pod: Pod, cluster: PlainCluster): (node: Node) => number {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway',
  );
  const counted = constraints.map((constraint) => ({
    key: constraint.topologyKey,
    domains: spreadByDomain(pod, constraint, cluster),
  }));
  return ({ metadata }) => {
    const points = counted.map(({ key, domains }) => {
      const value = metadata.labels?.[key];
      const most = Math.max(0, ...domains.values());
      if (value === undefined) return 0;
      return most === 0 ? 100 : 100 * (1 - (domains.get(value) ?? 0) / most);
    });
    return points.length === 0 ? 0 : points.reduce((sum, each) => sum + each, 0) / points.length;
  };
}
