// One pod's filters and scores, prepared once and asked of many nodes.
import type { Random } from '@gantry/kit/random';
import type { ClusterState } from './cluster-state.ts';
import type { NodeState } from './node-state.ts';
import type { Plugins } from './plugins/all.ts';
import type { PodView } from './pod-needs.ts';
import type { Judge, Rate, Scope } from './plugin.ts';

/** Why one node does not do. */
export interface Refusal {
  plugin: string;
  texts: readonly string[];
}

/** A pod's prepared questions. */
export interface Verdict {
  /** `cluster` when one of the concerned plugins looks beyond the node. */
  scope: Scope;
  refusal(node: NodeState): Refusal | undefined;
  score(node: NodeState): number;
}

const GONE: Refusal = { plugin: 'NodeName', texts: ['node(s) were gone'] };

/** Prepares the plugins that the pod concerns. */
export function prepareVerdict(pod: PodView, cluster: ClusterState, plugins: Plugins): Verdict {
  const filters: { name: string; judge: Judge }[] = [];
  const scores: { weight: number; rate: Rate }[] = [];
  let scope: Scope = 'node';
  for (const plugin of plugins.filters) {
    const judge = plugin.prepare(pod, cluster);
    if (judge === undefined) continue;
    filters.push({ name: plugin.name, judge });
    if (plugin.scope === 'cluster') scope = 'cluster';
  }
  for (const plugin of plugins.scores) {
    const rate = plugin.prepare(pod, cluster);
    if (rate === undefined) continue;
    scores.push({ weight: plugin.weight, rate });
    if (plugin.scope === 'cluster') scope = 'cluster';
  }
  return {
    scope,
    refusal(node) {
      const { offer } = node;
      if (offer === undefined) return GONE;
      for (const { name, judge } of filters) {
        const texts = judge(node, offer);
        if (texts !== undefined) return { plugin: name, texts };
      }
      return undefined;
    },
    score(node) {
      const { offer } = node;
      if (offer === undefined) return Number.NEGATIVE_INFINITY;
      let total = 0;
      for (const { weight, rate } of scores) total += weight * rate(node, offer);
      return total;
    },
  };
}

/** Nodes to start a scan at, so that a sample is not always the same nodes. */
export function scanStart(cluster: ClusterState, random: Random): number {
  return Math.floor(random.next() * cluster.nodes.length);
}
