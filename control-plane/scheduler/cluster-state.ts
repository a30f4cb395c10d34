// All nodes and placed pods, kept incrementally. The counts of `classes` answer every selector question by
// looking at kinds of pods rather than at pods.
import type { Node } from '@gantry/api/kinds/node';
import { NodeState, offerOf } from './node-state.ts';
import type { PodNeeds, PodView } from './pod-needs.ts';

/** Pods that are alike in needs and labels, and where they are. */
export interface PodClass {
  readonly key: string;
  readonly needs: PodNeeds;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace: string;
  readonly terminating: boolean;
  /** How many on which node. */
  readonly perNode: Map<string, number>;
}

/** The scheduler's picture of the cluster. */
export class ClusterState {
  /** Grows with every change. */
  version = 0;
  /** Grows when a pod with required anti-affinity comes or goes: such pods restrict all others. */
  antiAffinityVersion = 0;
  readonly #nodes = new Map<string, NodeState>();
  #listed: readonly NodeState[] | undefined;
  readonly #nodeOfPod = new Map<string, NodeState>();
  readonly #classes = new Map<string, PodClass>();
  readonly #antiAffine = new Map<string, PodClass>();

  /** Nodes that exist; the order is stable between changes of membership. */
  get nodes(): readonly NodeState[] {
    return (this.#listed ??= [...this.#nodes.values()].filter(({ offer }) => offer !== undefined));
  }

  get classes(): Iterable<PodClass> {
    return this.#classes.values();
  }

  /** Classes whose required anti-affinity keeps others away. */
  get antiAffineClasses(): Iterable<PodClass> {
    return this.#antiAffine.values();
  }

  get hasAntiAffinePods(): boolean {
    return this.#antiAffine.size > 0;
  }

  node(name: string): NodeState | undefined {
    const state = this.#nodes.get(name);
    return state?.offer === undefined ? undefined : state;
  }

  /** The node that a pod is accounted to. */
  nodeOfPod(uid: string): NodeState | undefined {
    return this.#nodeOfPod.get(uid);
  }

  setNode(node: Node): void {
    const state = this.#stateOf(node.metadata.name ?? '');
    state.offer = offerOf(node);
    state.version += 1;
    this.version += 1;
    this.#listed = undefined;
  }

  /** Its pods stay accounted until they are removed: they may still run, and the node may come back. */
  removeNode(name: string): void {
    const state = this.#nodes.get(name);
    if (state === undefined) return;
    state.offer = undefined;
    this.version += 1;
    this.#listed = undefined;
    if (state.pods.size === 0) this.#nodes.delete(name);
  }

  /** Accounts a pod to a node, wherever it was accounted before. */
  place(pod: PodView, nodeName: string): void {
    this.remove(pod.uid);
    const node = this.#stateOf(nodeName);
    node.addPod(pod);
    this.#nodeOfPod.set(pod.uid, node);
    this.#countClass(pod, nodeName, 1);
  }

  remove(uid: string): void {
    const node = this.#nodeOfPod.get(uid);
    const pod = node?.pods.get(uid);
    if (node === undefined || pod === undefined) return;
    node.removePod(uid);
    this.#nodeOfPod.delete(uid);
    this.#countClass(pod, node.name, -1);
    if (node.offer === undefined && node.pods.size === 0) this.#nodes.delete(node.name);
  }

  #stateOf(name: string): NodeState {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const state = new NodeState(name);
    this.#nodes.set(name, state);
    return state;
  }

  #countClass(pod: PodView, nodeName: string, by: 1 | -1): void {
    this.version += 1;
    const key = pod.classKey;
    const known = this.#classes.get(key);
    const group = known ?? classOf(pod);
    const next = (group.perNode.get(nodeName) ?? 0) + by;
    if (next === 0) group.perNode.delete(nodeName);
    else group.perNode.set(nodeName, next);
    if (group.perNode.size === 0) this.#classes.delete(key);
    else if (known === undefined) this.#classes.set(key, group);
    if (hasRequiredAntiAffinity(pod.needs)) {
      this.antiAffinityVersion += 1;
      if (group.perNode.size === 0) this.#antiAffine.delete(key);
      else this.#antiAffine.set(key, group);
    }
  }
}

function classOf({ classKey, needs, labels, namespace, terminating }: PodView): PodClass {
  return { key: classKey, needs, labels, namespace, terminating, perNode: new Map() };
}

function hasRequiredAntiAffinity(needs: PodNeeds): boolean {
  const terms = needs.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return terms !== undefined && terms.length > 0;
}
