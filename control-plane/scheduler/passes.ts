// What is known of the nodes from the eyes of one kind of pods, kept from batch to batch: a template that is placed
// often does not have its nodes judged anew each time.
import { namedNodes } from '@gantry/api/node-affinity';
import type { Random } from '@gantry/kit/random';
import type { Candidates } from './candidates.ts';
import { RankedCandidates } from './candidates.ts';
import type { ClusterState } from './cluster-state.ts';
import type { Explanation } from './explanation.ts';
import { LiveCandidates } from './live-candidates.ts';
import { NodeOrder } from './node-order.ts';
import type { NodeState } from './node-state.ts';
import { PreemptionSearch } from './plan-preemption.ts';
import type { Plugins } from './plugins/all.ts';
import type { PodView } from './pod-needs.ts';
import { Verdict } from './verdict.ts';

/** One kind of pods. */
export interface Pass {
  readonly verdict: Verdict;
  readonly candidates: Candidates;
  /** How far the cluster's logs of nodes have been read. */
  read: { roomier: number; filled: number };
  /** Where room could be made for such pods, by their priority; of this batch. */
  readonly searches: Map<number, PreemptionSearch>;
  /** Why no node did, in this batch and at which state of the counts. */
  failed: { why: Explanation; stamp: number } | undefined;
}

/** Kinds that are kept; the one not used for longest goes. */
export const PASSES_MAX = 128;
/** Up to so many nodes none has to come first: all are looked at. */
const FEW_NODES = 100;

/** The kept passes. */
export class Passes {
  readonly #plugins: Plugins;
  readonly #random: Random;
  readonly #passes = new Map<string, Pass>();
  #countersKept = 0;

  constructor(plugins: Plugins, random: Random) {
    this.#plugins = plugins;
    this.#random = random;
  }

  /** To be called before a batch: limits what is kept. */
  beginBatch(cluster: ClusterState): void {
    cluster.counters.trim(cluster.nodes.length);
    // Verdicts hold on to counts: those that were dropped are no longer kept up to date.
    if (cluster.counters.drops !== this.#countersKept) this.#passes.clear();
    this.#countersKept = cluster.counters.drops;
    // A refusal stays one while pods are placed, but its reasons would not be those of now.
    for (const pass of this.#passes.values()) {
      pass.failed = undefined;
      pass.searches.clear();
    }
    for (const key of this.#passes.keys()) {
      if (this.#passes.size <= PASSES_MAX) break;
      this.#passes.delete(key);
    }
  }

  /** The pass of the pod's kind, up to date. */
  of(pod: PodView, cluster: ClusterState): Pass {
    const key = passKey(pod, cluster);
    const known = this.#passes.get(key);
    const pass = known !== undefined && this.#catchUp(known, cluster) ? known : this.#newPass(pod, cluster);
    // The one used last stands last.
    this.#passes.delete(key);
    this.#passes.set(key, pass);
    return pass;
  }

  #catchUp(pass: Pass, { roomier, filled }: ClusterState): boolean {
    const { read, candidates } = pass;
    if (read.roomier !== roomier.end) {
      const nodes = roomier.since(read.roomier);
      if (nodes === undefined) return false;
      for (const node of nodes) candidates.reconsider(node);
      pass.failed = undefined;
    }
    if (read.filled !== filled.end) {
      const nodes = filled.since(read.filled);
      if (nodes === undefined) return false;
      for (const node of nodes) candidates.rate(node);
    }
    pass.read = { roomier: roomier.end, filled: filled.end };
    return true;
  }

  #newPass(pod: PodView, cluster: ClusterState): Pass {
    const verdict = new Verdict(pod, cluster, this.#plugins);
    const nodes = nodesFor(pod, cluster);
    const order = new NodeOrder(nodes, nodes.length > FEW_NODES ? verdict.promising() : [], this.#random);
    const candidates = verdict.looksAtCluster
      ? new LiveCandidates(verdict, order, this.#random)
      : new RankedCandidates(verdict, order, this.#random);
    const read = { roomier: cluster.roomier.end, filled: cluster.filled.end };
    return { verdict, candidates, read, searches: new Map(), failed: undefined };
  }

  /** The search for room for pods of this kind and priority. */
  preemptionSearch({ verdict, searches }: Pass, pod: PodView, cluster: ClusterState): PreemptionSearch {
    const known = searches.get(pod.priority);
    if (known !== undefined) return known;
    const order = new NodeOrder(nodesFor(pod, cluster), [], this.#random);
    const search = new PreemptionSearch(verdict, cluster, pod.priority, order);
    searches.set(pod.priority, search);
    return search;
  }
}

/** All that may do: the nodes that the pod names, as the pods of a DaemonSet do, or all. */
function nodesFor({ needs }: PodView, cluster: ClusterState): readonly NodeState[] {
  const named = namedNodes(needs.spec);
  return named === undefined ? cluster.nodes : named.flatMap((name) => cluster.node(name) ?? []);
}

/**
 * Pods with equal keys have equal answers. Labels matter only where somebody selects by them: the pod itself, or
 * placed pods that keep others away.
 */
function passKey(pod: PodView, cluster: ClusterState): string {
  const own = pod.needs.terms.any ? `class ${pod.classId}` : `needs ${pod.needs.id}`;
  const against = cluster.antiAffinity.against(pod);
  return against.length === 0 ? own : `${own} ${against.map(({ id }) => id).join(' ')}`;
}
