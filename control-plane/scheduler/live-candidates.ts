// The best nodes for pods of one kind that look at the whole cluster. What depends on the node alone is kept while
// the node stays the same; what the cluster makes of it is asked anew for each pod, which counts make cheap.
import type { Random } from '@gantry/kit/random';
import type { Candidates } from './candidates.ts';
import { MORE_NODES_PER_POD } from './candidates.ts';
import type { NodeOrder } from './node-order.ts';
import type { NodeState } from './node-state.ts';
import type { Verdict } from './verdict.ts';

/** A node that has passed the filters which look at it alone, as far as is known. */
interface Candidate {
  node: NodeState;
  version: number;
  nodeScore: number;
}

/** The best one so far; of equal ones each is as likely. */
class Choice {
  node: NodeState | undefined;
  #score = Number.NEGATIVE_INFINITY;
  #ties = 0;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  consider(node: NodeState, score: number): void {
    if (score < this.#score) return;
    this.#ties = score > this.#score ? 1 : this.#ties + 1;
    if (this.#ties === 1 || this.#random.next() * this.#ties < 1) this.node = node;
    this.#score = score;
  }
}

export class LiveCandidates implements Candidates {
  readonly #verdict: Verdict;
  readonly #order: NodeOrder;
  readonly #random: Random;
  readonly #seen: Candidate[] = [];
  readonly #nodes = new Set<NodeState>();
  /** Where the next look begins: each goes on where the last one ended. */
  #next = 0;

  constructor(verdict: Verdict, order: NodeOrder, random: Random) {
    this.#verdict = verdict;
    this.#order = order;
    this.#random = random;
  }

  best(wanted: number): NodeState | undefined {
    for (let more = MORE_NODES_PER_POD; more > 0 && this.#seeAnother(); more -= 1);
    const choice = new Choice(this.#random);
    const feasible = this.#lookAround(wanted, choice);
    if (feasible < wanted) this.#lookFurther(wanted - feasible, choice);
    return choice.node;
  }

  reconsider(node: NodeState): void {
    // One that is held is judged again in any case, since its version has changed.
    this.#consider(node);
  }

  rate(): void {
    // Happens by itself when the node is asked next.
  }

  /** Asks those seen before, until enough are feasible. @returns how many are. */
  #lookAround(wanted: number, choice: Choice): number {
    let feasible = 0;
    for (let left = this.#seen.length; left > 0 && feasible < wanted; left -= 1) {
      if (this.#next >= this.#seen.length) this.#next = 0;
      const candidate = this.#seen[this.#next];
      if (candidate === undefined) return feasible;
      if (!this.#isUpToDate(candidate)) {
        this.#drop(this.#next);
        continue;
      }
      this.#next += 1;
      if (this.#ask(candidate, choice)) feasible += 1;
    }
    return feasible;
  }

  /** Asks nodes not seen before, until so many more are feasible. */
  #lookFurther(wanted: number, choice: Choice): void {
    for (
      let [index, feasible] = [this.#seen.length, 0];
      feasible < wanted && this.#seeAnother();
      index += 1
    ) {
      const candidate = this.#seen[index];
      if (candidate !== undefined && this.#ask(candidate, choice)) feasible += 1;
    }
  }

  #ask({ node, nodeScore }: Candidate, choice: Choice): boolean {
    if (this.#verdict.clusterRefusal(node) !== undefined) return false;
    choice.consider(node, nodeScore + this.#verdict.clusterScore(node));
    return true;
  }

  /** Whether it still passes; judged again if the node has changed. */
  #isUpToDate(candidate: Candidate): boolean {
    const { node } = candidate;
    if (candidate.version === node.version) return true;
    if (this.#verdict.nodeRefusal(node) !== undefined) return false;
    candidate.version = node.version;
    candidate.nodeScore = this.#verdict.nodeScore(node);
    return true;
  }

  /** The order is kept: a look that goes round meets each of the others once. */
  #drop(index: number): void {
    const [dropped] = this.#seen.splice(index, 1);
    if (dropped !== undefined) this.#nodes.delete(dropped.node);
  }

  /** Whether another node was found that passes the filters which look at it alone. */
  #seeAnother(): boolean {
    for (let node = this.#order.next(); node !== undefined; node = this.#order.next()) {
      if (this.#consider(node)) return true;
    }
    return false;
  }

  #consider(node: NodeState): boolean {
    if (this.#nodes.has(node) || this.#verdict.nodeRefusal(node) !== undefined) return false;
    this.#seen.push({ node, version: node.version, nodeScore: this.#verdict.nodeScore(node) });
    this.#nodes.add(node);
    return true;
  }
}
