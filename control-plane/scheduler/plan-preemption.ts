// Which node room should be made on for a pod that fits nowhere, and which pods have to leave it. Pure in effect: the
// cluster is left as it was found. Rules and order are Kubernetes', but for disruption budgets, which there are none.
import type { ClusterState } from './cluster-state.ts';
import { Heap } from '@gantry/kit/heap';
import type { NodeOrder } from './node-order.ts';
import { NodeState } from './node-state.ts';
import type { PodView } from './pod-needs.ts';
import type { Verdict } from './verdict.ts';

/** Room that can be made. */
export interface MadeRoom {
  node: NodeState;
  /** Those who have to leave, the most important first. None when those who leave anyway suffice. */
  victims: readonly PodView[];
}

/** What a choice costs others: lower is better, the first difference counts. */
interface Harm {
  highest: number;
  /** Priorities counted from the lowest there is, so that more victims are more harm. */
  sum: number;
  count: number;
  /** When the oldest of the highest victims was made: the younger, the better. */
  oldestMs: number;
}

interface Candidate extends MadeRoom {
  version: number;
  harm: Harm;
}

const LOWEST_PRIORITY = -(2 ** 31);

/**
 * Nodes on which room could be made for pods of one kind and priority, the least harmful first. Good for one batch of
 * decisions: a node that has changed since is looked at again when it comes up.
 */
export class PreemptionSearch {
  readonly #verdict: Verdict;
  readonly #cluster: ClusterState;
  readonly #priority: number;
  readonly #order: NodeOrder;
  readonly #heap = new Heap<Candidate>(byHarm);

  constructor(verdict: Verdict, cluster: ClusterState, priority: number, order: NodeOrder) {
    this.#verdict = verdict;
    this.#cluster = cluster;
    this.#priority = priority;
    this.#order = order;
  }

  /** The least harmful of at least `wanted` choices, or of all that there are; undefined when there is none. */
  best(wanted: number): MadeRoom | undefined {
    this.#search(wanted);
    for (let top = this.#heap.peek(); top !== undefined; top = this.#heap.peek()) {
      if (top.version === top.node.version && !this.#verdict.looksAtCluster) return top;
      this.#heap.pop();
      // What depends on the whole cluster was asked a while ago: it has to hold now.
      const again = this.#consider(top.node);
      if (again === undefined) {
        this.#search(wanted);
        continue;
      }
      const isBest = byHarm(again, this.#heap.peek() ?? again) <= 0;
      this.#heap.push(again);
      if (isBest) return again;
    }
    return undefined;
  }

  /** The node takes more than before: somebody gave up the room that he held there. */
  reconsider(node: NodeState): void {
    const candidate = this.#consider(node);
    if (candidate !== undefined) this.#heap.push(candidate);
  }

  #search(wanted: number): void {
    while (this.#heap.size < wanted) {
      const node = this.#order.next();
      if (node === undefined) return;
      const candidate = this.#consider(node);
      if (candidate !== undefined) this.#heap.push(candidate);
    }
  }

  #consider(node: NodeState): Candidate | undefined {
    const victims = this.#victimsOn(node);
    return victims && { node, victims, version: node.version, harm: harmOf(victims) };
  }

  /** Undefined when not even all pods of lower priority together would do. */
  #victimsOn(node: NodeState): PodView[] | undefined {
    const lower = [...node.pods.values()].filter(({ priority }) => priority < this.#priority);
    if (lower.length === 0) return undefined;
    const trial = this.#verdict.looksAtCluster
      ? inCluster(node, this.#cluster)
      : onCopy(node, this.#priority);
    try {
      for (const pod of lower) trial.takeAway(pod);
      if (this.#verdict.refusal(trial.node) !== undefined) return undefined;
      const victims: PodView[] = [];
      // As many as possible may stay, the important ones first. Who leaves anyway is no victim.
      for (const pod of lower.filter((each) => !this.#cluster.isLeaving(each)).sort(byImportance)) {
        trial.putBack(pod);
        if (this.#verdict.refusal(trial.node) === undefined) continue;
        trial.takeAway(pod);
        victims.push(pod);
      }
      return victims;
    } finally {
      trial.end(lower);
    }
  }
}

/** Takes pods away to see what then would be. */
interface Trial {
  readonly node: NodeState;
  takeAway(pod: PodView): void;
  putBack(pod: PodView): void;
  /** All is as it was. */
  end(pods: readonly PodView[]): void;
}

/** Enough where nothing beyond the node is looked at. */
function onCopy(node: NodeState, priority: number): Trial {
  const copy = new NodeState(node.name, node.slot);
  copy.offer = node.offer;
  for (const pod of node.pods.values()) if (pod.priority >= priority) copy.addPod(pod);
  return {
    node: copy,
    takeAway: ({ uid }) => {
      copy.removePod(uid);
    },
    putBack: (pod) => {
      copy.addPod(pod);
    },
    end: () => undefined,
  };
}

/** Where counts over the whole cluster have to follow. */
function inCluster(node: NodeState, cluster: ClusterState): Trial {
  return {
    node,
    takeAway: ({ uid }) => {
      cluster.remove(uid);
    },
    putBack: (pod) => {
      cluster.place(pod, node.name);
    },
    end: (pods) => {
      for (const pod of pods) if (!node.pods.has(pod.uid)) cluster.place(pod, node.name);
    },
  };
}

/** The higher priority, then the older. */
function byImportance(a: PodView, b: PodView): number {
  return b.priority - a.priority || a.createdMs - b.createdMs;
}

function harmOf(victims: readonly PodView[]): Harm {
  const highest = victims[0]?.priority ?? Number.NEGATIVE_INFINITY;
  return {
    highest,
    sum: victims.reduce((sum, { priority }) => sum + priority - LOWEST_PRIORITY, 0),
    count: victims.length,
    oldestMs: victims.reduce(
      (oldest, { priority, createdMs }) => (priority === highest ? Math.min(oldest, createdMs) : oldest),
      Number.POSITIVE_INFINITY,
    ),
  };
}

function byHarm({ harm: a }: Candidate, { harm: b }: Candidate): number {
  if (a.highest !== b.highest) return a.highest < b.highest ? -1 : 1;
  if (a.sum !== b.sum) return a.sum - b.sum;
  if (a.count !== b.count) return a.count - b.count;
  return a.oldestMs === b.oldestMs ? 0 : b.oldestMs - a.oldestMs;
}
