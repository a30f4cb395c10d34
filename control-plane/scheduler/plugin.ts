// What a filter and a score are. Each is a small file of its own that looks at one thing and explains its refusal.
import type { ClusterState } from './cluster-state.ts';
import type { NodeState } from './node-state.ts';
import type { PodView } from './pod-needs.ts';

/**
 * `node`: the answer about a node depends on that node alone, so one judgement serves many pods until the node
 * changes. `cluster`: a placement elsewhere may change it, so each pod is judged afresh.
 */
export type Scope = 'node' | 'cluster';

/** Judges one node. Undefined: it passes; else why not, one or more texts in Kubernetes' wording. */
export type Judge = (
  node: NodeState,
  offer: NonNullable<NodeState['offer']>,
) => readonly string[] | undefined;

/** Rates one node that has passed all filters, 0 (worst) to 100, weighted by the plugin's weight. */
export type Rate = (node: NodeState, offer: NonNullable<NodeState['offer']>) => number;

/** A change in the cluster that may make room for a waiting pod. */
export type ClusterChange =
  | { type: 'node-added'; node: string }
  | { type: 'node-removed'; node: string }
  | { type: 'node-changed'; node: string; parts: ReadonlySet<NodePart> }
  /** Also: ended, or lost its claim. */
  | { type: 'pod-left'; pod: PodView; node: string }
  | { type: 'pod-placed'; pod: PodView; node: string }
  /** A placed pod's labels changed. */
  | { type: 'pod-relabelled'; pod: PodView; node: string };

/** Parts of a node that filters look at. */
export type NodePart = 'allocatable' | 'labels' | 'taints' | 'schedulable' | 'ready';

export interface FilterPlugin {
  readonly name: string;
  readonly scope: Scope;
  /** Work for one pod that all nodes share. Undefined: the pod does not concern this plugin. */
  prepare(pod: PodView, cluster: ClusterState): Judge | undefined;
  /** Whether the change may turn this plugin's refusal of the pod around. False positives only cost a retry. */
  curedBy(change: ClusterChange, pod: PodView): boolean;
}

export interface ScorePlugin {
  readonly name: string;
  readonly scope: Scope;
  readonly weight: number;
  prepare(pod: PodView, cluster: ClusterState): Rate | undefined;
}
