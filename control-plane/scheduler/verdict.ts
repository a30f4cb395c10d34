// One pod's filters and scores, prepared once and asked of many nodes. What depends on the node alone is asked apart
// from what depends on the whole cluster, since its answers can be kept.
import type { ClusterState } from './cluster-state.ts';
import type { DomainCounts } from './domain-counts.ts';
import type { NodeState } from './node-state.ts';
import type { Plugins } from './plugins/all.ts';
import type { PodView } from './pod-needs.ts';
import type { Judge, Rate } from './plugin.ts';

/** Why one node does not do. */
export interface Refusal {
  plugin: string;
  texts: readonly string[];
}

interface NamedJudge {
  name: string;
  judge: Judge;
}

interface WeightedRate {
  weight: number;
  rate: Rate;
}

const GONE: Refusal = { plugin: 'NodeExists', texts: ['node(s) were gone'] };

/** A pod's prepared questions. */
export class Verdict {
  /** Judgements made, which is what a decision costs. */
  asked = 0;
  readonly #nodeJudges: readonly NamedJudge[];
  readonly #clusterJudges: readonly NamedJudge[];
  readonly #nodeRates: readonly WeightedRate[];
  readonly #clusterRates: readonly WeightedRate[];
  readonly #counts: readonly DomainCounts[];
  readonly #promising: () => Iterable<NodeState>;

  constructor(pod: PodView, cluster: ClusterState, plugins: Plugins) {
    const judges: Record<'node' | 'cluster', NamedJudge[]> = { node: [], cluster: [] };
    const rates: Record<'node' | 'cluster', WeightedRate[]> = { node: [], cluster: [] };
    const allCounts: DomainCounts[] = [];
    for (const plugin of plugins.filters) {
      const prepared = plugin.prepare(pod, cluster);
      if (prepared === undefined) continue;
      if (typeof prepared === 'function') judges.node.push({ name: plugin.name, judge: prepared });
      else {
        judges.cluster.push({ name: plugin.name, judge: prepared.judge });
        allCounts.push(...prepared.counts);
      }
    }
    for (const plugin of plugins.scores) {
      const rate = plugin.prepare(pod, cluster);
      if (rate !== undefined) rates[plugin.scope].push({ weight: plugin.weight, rate });
    }
    this.#nodeJudges = judges.node;
    this.#clusterJudges = judges.cluster;
    this.#nodeRates = rates.node;
    this.#clusterRates = rates.cluster;
    this.#counts = allCounts;
    this.#promising = () => promisingNodes(pod, cluster, plugins);
  }

  /** Whether a placement elsewhere may change the answer about a node. */
  get looksAtCluster(): boolean {
    return this.#clusterJudges.length + this.#clusterRates.length > 0;
  }

  /** Whether the rating of a node changes with placements elsewhere. */
  get ratesByCluster(): boolean {
    return this.#clusterRates.length > 0;
  }

  /** As long as this stays the same, a node refused by the cluster's filters stays refused. */
  get stamp(): number {
    let sum = 0;
    for (const { version } of this.#counts) sum += version;
    return sum;
  }

  /** Why the node does not do; undefined when it does. */
  refusal(node: NodeState): Refusal | undefined {
    return this.nodeRefusal(node) ?? this.clusterRefusal(node);
  }

  /** What the node's own state is to blame for. */
  nodeRefusal(node: NodeState): Refusal | undefined {
    this.asked += 1;
    return node.offer === undefined ? GONE : refusalOf(this.#nodeJudges, node);
  }

  /** What the rest of the cluster is to blame for. */
  clusterRefusal(node: NodeState): Refusal | undefined {
    return this.#clusterJudges.length === 0 ? undefined : refusalOf(this.#clusterJudges, node);
  }

  score(node: NodeState): number {
    return this.nodeScore(node) + this.clusterScore(node);
  }

  nodeScore(node: NodeState): number {
    return sumOf(this.#nodeRates, node);
  }

  clusterScore(node: NodeState): number {
    return sumOf(this.#clusterRates, node);
  }

  /** Nodes to look at first. */
  promising(): Iterable<NodeState> {
    return this.#promising();
  }
}

function refusalOf(judges: readonly NamedJudge[], node: NodeState): Refusal | undefined {
  const { offer } = node;
  if (offer === undefined) return GONE;
  for (const { name, judge } of judges) {
    const texts = judge(node, offer);
    if (texts !== undefined) return { plugin: name, texts };
  }
  return undefined;
}

function sumOf(rates: readonly WeightedRate[], node: NodeState): number {
  const { offer } = node;
  if (offer === undefined) return Number.NEGATIVE_INFINITY;
  let total = 0;
  for (const { weight, rate } of rates) total += weight * rate(node, offer);
  return total;
}

function* promisingNodes(pod: PodView, cluster: ClusterState, plugins: Plugins): Iterable<NodeState> {
  for (const plugin of plugins.scores) yield* plugin.promising?.(pod, cluster) ?? [];
}
