// Why a pod is pending, counted over all nodes, in Kubernetes' words: `0/3 nodes are available: 2 Insufficient memory, …`.
import type { ClusterState } from './cluster-state.ts';
import type { NodeState } from './node-state.ts';
import type { Verdict } from './verdict.ts';

/** Why no node does. */
export interface Explanation {
  nodes: number;
  /** How many nodes gave this text. A node may give several. */
  counts: ReadonlyMap<string, number>;
  /** The filters that refused: what may cure them is what may help the pod. */
  plugins: ReadonlySet<string>;
}

/** Counts refusals. */
export class Reasons {
  readonly #counts = new Map<string, number>();
  readonly #plugins = new Set<string>();

  /** Asks the nodes. @returns those that do not refuse. */
  ask(verdict: Verdict, nodes: readonly NodeState[]): NodeState[] {
    return nodes.filter((node) => {
      const refusal = verdict.refusal(node);
      if (refusal === undefined) return true;
      this.#plugins.add(refusal.plugin);
      for (const text of refusal.texts) this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
      return false;
    });
  }

  explanation(cluster: ClusterState): Explanation {
    return { nodes: cluster.nodes.length, counts: this.#counts, plugins: this.#plugins };
  }
}

/** The sentence for the PodScheduled condition and the FailedScheduling event. */
export function describeExplanation({ nodes, counts }: Explanation): string {
  if (nodes === 0) return 'no nodes available to schedule pods';
  const reasons = [...counts].map(([text, count]) => `${count} ${text}`).sort();
  return `0/${nodes} nodes are available: ${reasons.join(', ')}.`;
}
