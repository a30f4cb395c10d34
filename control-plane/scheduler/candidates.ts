// The best nodes for pods of one kind that look at nothing beyond the node. Nodes are judged once and kept in a heap;
// one that has changed is judged again when it is told of, or comes up.
import type { Random } from '@gantry/kit/random';
import { Heap } from '@gantry/kit/heap';
import type { NodeOrder } from './node-order.ts';
import type { NodeState } from './node-state.ts';
import type { Verdict } from './verdict.ts';

/** Feasible nodes, found as far as needed. Kept from pod to pod and from batch to batch. */
export interface Candidates {
  /** The best node now among at least `wanted` feasible ones; undefined when there is none at all. */
  best(wanted: number): NodeState | undefined;
  /** The node has come, or may take more than before. */
  reconsider(node: NodeState): void;
  /** A pod was placed on the node: it takes no more than before, but may be a better or a worse place. */
  rate(node: NodeState): void;
}

/** Nodes looked at beyond those wanted, with each pod: who places many pods of a kind soon knows all nodes. */
export const MORE_NODES_PER_POD = 20;

interface Candidate {
  node: NodeState;
  version: number;
  score: number;
  tie: number;
}

export class RankedCandidates implements Candidates {
  readonly #verdict: Verdict;
  readonly #order: NodeOrder;
  readonly #random: Random;
  readonly #heap = new Heap<Candidate>(byScore);
  /** Of each node in the heap the version of its newest entry; older entries are dropped when they come up. */
  readonly #versions = new Map<NodeState, number>();

  constructor(verdict: Verdict, order: NodeOrder, random: Random) {
    this.#verdict = verdict;
    this.#order = order;
    this.#random = random;
  }

  best(wanted: number): NodeState | undefined {
    for (let more = MORE_NODES_PER_POD; more > 0 || this.#versions.size < wanted; more -= 1) {
      const node = this.#order.next();
      if (node === undefined) break;
      this.#offer(node);
    }
    for (let top = this.#heap.peek(); top !== undefined; top = this.#heap.peek()) {
      const { node, version } = top;
      if (version === node.version) return node;
      this.#heap.pop();
      if (this.#versions.get(node) === version) this.#offer(node);
      if (this.#versions.size === 0) this.#findOne();
    }
    return undefined;
  }

  reconsider(node: NodeState): void {
    if (this.#versions.get(node) !== node.version) this.#offer(node);
  }

  rate(node: NodeState): void {
    const version = this.#versions.get(node);
    if (version !== undefined && version !== node.version) this.#offer(node);
  }

  #findOne(): void {
    for (let node = this.#order.next(); node !== undefined; node = this.#order.next()) {
      this.#offer(node);
      if (this.#versions.size > 0) return;
    }
  }

  #offer(node: NodeState): void {
    if (this.#verdict.nodeRefusal(node) !== undefined) {
      this.#versions.delete(node);
      return;
    }
    const { version } = node;
    this.#versions.set(node, version);
    this.#heap.push({ node, version, score: this.#verdict.nodeScore(node), tie: this.#random.next() });
  }
}

function byScore(a: Candidate, b: Candidate): number {
  return b.score - a.score || a.tie - b.tie;
}
