// What a filter and a score are. Each is a small file of its own that looks at one thing and explains its refusal.
import type { ChangeSet } from './change-set.ts';
import type { ClusterState } from './cluster-state.ts';
import type { DomainCounts } from './domain-counts.ts';
import type { NodeOffer, NodeState } from './node-state.ts';
import type { PodNeeds, PodView } from './pod-needs.ts';

/**
 * `node`: the answer about a node depends on that node alone, so one judgement serves until the node changes.
 * `cluster`: a placement elsewhere may change it. It is asked anew for each pod, and answers for the present from
 * counts that are kept up to date.
 */
export type Scope = 'node' | 'cluster';

/** Judges one node. Undefined: it passes; else why not, one or more texts in Kubernetes' wording. */
export type Judge = (node: NodeState, offer: NodeOffer) => readonly string[] | undefined;

/** Rates one node that has passed all filters, 0 (worst) to 100, weighted by the plugin's weight. */
export type Rate = (node: NodeState, offer: NodeOffer) => number;

/** Parts of a node that plugins look at. */
export type NodePart = 'allocatable' | 'labels' | 'taints' | 'schedulable' | 'ready' | 'images';

interface AnyFilter {
  readonly name: string;
  /**
   * Whether what has happened may turn this plugin's refusal of such pods around. A false yes only costs a retry, a
   * false no would leave them waiting.
   */
  curedBy(changes: ChangeSet, needs: PodNeeds): boolean;
}

export interface NodeFilter extends AnyFilter {
  readonly scope: 'node';
  /** Work for one pod that all nodes share. Undefined: the pod does not concern this plugin. */
  prepare(pod: PodView, cluster: ClusterState): Judge | undefined;
}

export interface ClusterFilter extends AnyFilter {
  readonly scope: 'cluster';
  /** As for a {@link NodeFilter}, with the counts that the judge asks: as long as they stand still, so does it. */
  prepare(pod: PodView, cluster: ClusterState): { judge: Judge; counts: readonly DomainCounts[] } | undefined;
}

export type FilterPlugin = NodeFilter | ClusterFilter;

export interface ScorePlugin {
  readonly name: string;
  readonly scope: Scope;
  readonly weight: number;
  prepare(pod: PodView, cluster: ClusterState): Rate | undefined;
  /** Nodes that this plugin rates far better than most: they are looked at first, so that no sample misses them. */
  promising?(pod: PodView, cluster: ClusterState): Iterable<NodeState>;
}
