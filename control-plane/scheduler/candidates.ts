// The best nodes for pods of one kind. Nodes are judged once and kept in a heap; one that changed since is judged
// again when it comes up. Placements only take away, so an old judgement is never too strict.
import { Heap } from '@gantry/kit/heap';
import type { Random } from '@gantry/kit/random';
import type { ClusterState } from './cluster-state.ts';
import type { NodeState } from './node-state.ts';
import type { Verdict } from './verdict.ts';
import { scanStart } from './verdict.ts';

interface Candidate {
  node: NodeState;
  version: number;
  score: number;
  tie: number;
}

/** At least this many feasible nodes are compared before one is chosen. */
export const FEASIBLE_NODES_MIN = 100;

/** Feasible nodes, best first, found as far as needed. */
export class Candidates {
  readonly #verdict: Verdict;
  readonly #nodes: readonly NodeState[];
  readonly #random: Random;
  readonly #heap = new Heap<Candidate>(byScore);
  readonly #start: number;
  #scanned = 0;

  constructor(verdict: Verdict, cluster: ClusterState, random: Random) {
    this.#verdict = verdict;
    this.#nodes = cluster.nodes;
    this.#random = random;
    this.#start = scanStart(cluster, random);
  }

  /** The best node now, at least among `wanted` feasible ones; undefined when there is none at all. */
  best(wanted: number): NodeState | undefined {
    this.#scan(wanted);
    for (let top = this.#heap.peek(); top !== undefined; top = this.#heap.peek()) {
      if (top.version === top.node.version) return top.node;
      this.#heap.pop();
      this.#offer(top.node);
      if (this.#heap.size === 0) this.#scan(wanted);
    }
    return undefined;
  }

  #scan(wanted: number): void {
    while (this.#heap.size < wanted && this.#scanned < this.#nodes.length) {
      const node = this.#nodes[(this.#start + this.#scanned) % this.#nodes.length];
      this.#scanned += 1;
      if (node !== undefined) this.#offer(node);
    }
  }

  #offer(node: NodeState): void {
    if (this.#verdict.refusal(node) !== undefined) return;
    const { version } = node;
    this.#heap.push({ node, version, score: this.#verdict.score(node), tie: this.#random.next() });
  }
}

function byScore(a: Candidate, b: Candidate): number {
  return b.score - a.score || a.tie - b.tie;
}
