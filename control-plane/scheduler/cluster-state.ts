// All nodes and placed pods, kept incrementally. Questions about pods are answered by kinds of pods and by counts
// that are kept up to date, never by looking at every pod.
import type { Node } from '@gantry/api/kinds/node';
import { DomainCounters } from './domain-counters.ts';
import type { DomainCounts } from './domain-counts.ts';
import { ImageHolders } from './image-holders.ts';
import type { NodePart } from './plugin.ts';
import { changedParts } from './node-changes.ts';
import { NodeLog } from './node-log.ts';
import { NodeState, offerOf } from './node-state.ts';
import type { PodNeeds, PodView } from './pod-needs.ts';
import { StandingAntiAffinity } from './standing-anti-affinity.ts';

/** Pods that are alike in needs and labels, and where they are. */
export interface PodClass {
  readonly key: string;
  readonly needs: PodNeeds;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace: string;
  readonly terminating: boolean;
  /** How many on which node. */
  readonly podsBySlot: Map<number, number>;
  /** The counts that such pods belong to. */
  counts: DomainCounts[];
}

/** What a node's update did: it is new, or these parts differ (none: nothing that matters here). */
export type NodeUpdate = 'added' | ReadonlySet<NodePart>;

/** The scheduler's picture of the cluster. */
export class ClusterState {
  readonly antiAffinity = new StandingAntiAffinity();
  readonly counters: DomainCounters;
  readonly images = new ImageHolders();
  /** Nodes that came, went, changed, or lost a pod: they may answer better than before. */
  readonly roomier = new NodeLog();
  /** Nodes that were given a pod. */
  readonly filled = new NodeLog();
  readonly #nodes = new Map<string, NodeState>();
  #listed: readonly NodeState[] | undefined;
  readonly #freeSlots: number[] = [];
  #slots = 0;
  readonly #nodeOfPod = new Map<string, NodeState>();
  readonly #classes = new Map<string, PodClass>();
  /** Pods that were told to leave, before the cache shows it. */
  readonly #leaving = new Set<string>();

  constructor() {
    const nodes = this.#nodes;
    const classes = this.#classes;
    this.counters = new DomainCounters({
      get nodeStates() {
        return nodes.values();
      },
      get classes() {
        return classes.values();
      },
    });
  }

  /** Nodes that exist; the order is stable between changes of membership. */
  get nodes(): readonly NodeState[] {
    return (this.#listed ??= [...this.#nodes.values()].filter(({ offer }) => offer !== undefined));
  }

  get classes(): Iterable<PodClass> {
    return this.#classes.values();
  }

  node(name: string): NodeState | undefined {
    const state = this.#nodes.get(name);
    return state?.offer === undefined ? undefined : state;
  }

  /** The node that a pod is accounted to. */
  nodeOfPod(uid: string): NodeState | undefined {
    return this.#nodeOfPod.get(uid);
  }

  /** Whether the pod is on its way out: it still takes room, but not for long. */
  isLeaving({ uid, terminating }: PodView): boolean {
    return terminating || this.#leaving.has(uid);
  }

  /** The pod was told to leave, or stays after all. */
  setLeaving(uid: string, leaves: boolean): void {
    if (leaves) this.#leaving.add(uid);
    else this.#leaving.delete(uid);
    const node = this.#nodeOfPod.get(uid);
    if (node !== undefined) node.version += 1;
  }

  setNode(node: Node): NodeUpdate {
    const state = this.#stateOf(node.metadata.name ?? '');
    const before = state.offer;
    const after = offerOf(node);
    const parts = before === undefined ? undefined : changedParts(before, after);
    if (parts?.size === 0) return parts;
    state.offer = after;
    state.version += 1;
    this.images.nodeChanged(state, before);
    if (before === undefined) this.#listed = undefined;
    if (parts === undefined || parts.has('labels')) this.counters.nodeChanged(state);
    this.roomier.note(state);
    return parts ?? 'added';
  }

  /** Its pods stay accounted until they are removed: they may still run, and the node may come back. */
  removeNode(name: string): void {
    const state = this.#nodes.get(name);
    if (state?.offer === undefined) return;
    const before = state.offer;
    state.offer = undefined;
    state.version += 1;
    this.#listed = undefined;
    this.images.nodeChanged(state, before);
    this.counters.nodeChanged(state);
    this.roomier.note(state);
    this.#dropIfUnused(state);
  }

  /** Accounts a pod to a node, wherever it was accounted before. */
  place(pod: PodView, nodeName: string): void {
    this.remove(pod.uid);
    const node = this.#stateOf(nodeName);
    node.addPod(pod);
    this.#nodeOfPod.set(pod.uid, node);
    this.#countClass(pod, node, 1);
    this.filled.note(node);
  }

  remove(uid: string): void {
    const node = this.#nodeOfPod.get(uid);
    const pod = node?.pods.get(uid);
    if (node === undefined || pod === undefined) return;
    node.removePod(uid);
    this.#nodeOfPod.delete(uid);
    this.#countClass(pod, node, -1);
    this.roomier.note(node);
    this.#dropIfUnused(node);
  }

  #stateOf(name: string): NodeState {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const state = new NodeState(name, this.#freeSlots.pop() ?? this.#slots++);
    this.#nodes.set(name, state);
    return state;
  }

  #dropIfUnused(node: NodeState): void {
    if (node.offer !== undefined || node.pods.size > 0) return;
    this.#nodes.delete(node.name);
    this.#freeSlots.push(node.slot);
  }

  #countClass(pod: PodView, { slot }: NodeState, by: 1 | -1): void {
    const group = this.#classes.get(pod.classKey) ?? this.#newClass(pod);
    const next = (group.podsBySlot.get(slot) ?? 0) + by;
    if (next === 0) group.podsBySlot.delete(slot);
    else group.podsBySlot.set(slot, next);
    for (const counts of group.counts) counts.add(slot, by);
    if (group.podsBySlot.size > 0) return;
    this.#classes.delete(group.key);
    this.antiAffinity.classGone(group);
  }

  #newClass({ classKey, needs, labels, namespace, terminating }: PodView): PodClass {
    const group = {
      ...{ key: classKey, needs, labels, namespace, terminating },
      ...{ podsBySlot: new Map<number, number>(), counts: [] },
    };
    this.#classes.set(classKey, group);
    this.counters.classAppeared(group);
    this.antiAffinity.classAppeared(group);
    return group;
  }
}
