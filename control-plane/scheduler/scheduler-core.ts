// Joins cluster state, queue and decision: takes cache events in, hands decisions out. Synchronous; does nothing
// to the world. A placement is assumed from the decision on, until the cache shows it or its bind has failed.
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Random } from '@gantry/kit/random';
import { ChangeSet } from './change-set.ts';
import { ClusterState } from './cluster-state.ts';
import { Nominations } from './nominations.ts';
import type { Plugins } from './plugins/all.ts';
import { allPlugins } from './plugins/all.ts';
import { Passes } from './passes.ts';
import { fateOf } from './pod-fate.ts';
import type { PodView } from './pod-needs.ts';
import { isStillSo, PodViews } from './pod-needs.ts';
import { SchedulingQueue } from './queue.ts';
import type { Outcome } from './schedule.ts';
import { schedule } from './schedule.ts';

/** Pods decided on in one go. */
export const BATCH_PODS_MAX = 500;

/** The deciding half of the scheduler. */
export class SchedulerCore {
  readonly cluster = new ClusterState();
  readonly queue: SchedulingQueue;
  readonly #passes: Passes;
  readonly #nominations: Nominations;
  readonly #views = new PodViews();
  /** Placements decided and not yet seen in the cache. */
  readonly #assumed = new Map<string, string>();
  #changes = new ChangeSet();

  constructor(random: Random, plugins: Plugins = allPlugins) {
    this.#passes = new Passes(plugins, random);
    this.#nominations = new Nominations(this.cluster);
    this.queue = new SchedulingQueue(plugins.filters);
  }

  get assumedCount(): number {
    return this.#assumed.size;
  }

  /** Whether something has happened since the last decision that may help a parked pod. */
  get hasChanges(): boolean {
    return !this.#changes.isEmpty && this.queue.counts().parked > 0;
  }

  /** A node is there or has changed. */
  nodeSeen(node: Node): void {
    const update = this.cluster.setNode(node);
    const state = this.cluster.node(node.metadata.name ?? '');
    if (state !== undefined) this.#changes.nodeUpdated(state, update);
  }

  nodeGone(node: Node): void {
    const name = node.metadata.name ?? '';
    this.cluster.removeNode(name);
    this.#changes.nodeRemoved = true;
    this.#wakeHolders(name);
  }

  /** A pod is there or has changed. */
  podSeen(pod: Pod, nowMs: number): void {
    const uid = pod.metadata.uid ?? '';
    switch (fateOf(pod)) {
      case 'placed':
        this.#placed(pod, pod.spec.nodeName ?? '');
        return;
      case 'pending':
        if (!this.#assumed.has(uid)) this.#offer(pod, nowMs);
        return;
      case 'gated':
      case 'over':
      case 'foreign':
        this.podGone(pod);
        return;
    }
  }

  podGone(pod: Pod): void {
    const uid = pod.metadata.uid ?? '';
    this.queue.remove(uid);
    this.#assumed.delete(uid);
    this.#giveUpRoom(uid);
    this.#vacate(uid);
  }

  /** Decides on the next pods. Placements are assumed; what is unschedulable is parked. */
  decide(nowMs: number): Outcome {
    this.queue.wake(this.#changes, nowMs);
    this.#changes = new ChangeSet();
    const taken = this.queue.take(BATCH_PODS_MAX, nowMs);
    const pods = taken.map(({ pod }) => pod);
    const outcome = schedule(
      { cluster: this.cluster, passes: this.#passes, nominations: this.#nominations },
      pods,
    );
    for (const { pod, node } of outcome.placements) this.#assumed.set(pod.uid, node);
    if (outcome.placements.length > 0) this.#changes.podPlaced = true;
    for (const { pod, why } of outcome.unschedulable) this.queue.park(pod.uid, why.plugins, nowMs);
    for (const { uid } of outcome.waiting) this.queue.parkAgain(uid, nowMs);
    for (const { uid } of outcome.postponed) this.queue.putBack(uid);
    // They hold nothing any more: the next decision looks for another room.
    for (const { uid } of outcome.ousted) this.queue.activate(uid);
    return outcome;
  }

  /** A victim could not be told to leave: whoever holds room there is tried again later. */
  notLeaving(victim: string, holder: string): void {
    this.cluster.setLeaving(victim, false);
    this.queue.unpark(holder);
  }

  /** The bind was written; the cache will show it. */
  bound(uid: string): void {
    this.queue.settle(uid);
  }

  /** The bind was certainly not written: the room is free again, and the pod is tried later. */
  notBound(uid: string, nowMs: number): void {
    if (!this.#assumed.delete(uid)) return;
    this.#vacate(uid);
    this.queue.retry(uid, nowMs);
  }

  #offer(pod: Pod, nowMs: number): void {
    const uid = pod.metadata.uid ?? '';
    const known = this.queue.podOf(uid);
    const view = this.#viewOf(pod, known);
    this.queue.offer(view, nowMs);
    if (known !== undefined && known !== view && known.classKey !== view.classKey) this.#giveUpRoom(uid);
    // What an earlier leader has promised is kept.
    const promised = pod.status?.nominatedNodeName ?? '';
    if (known === undefined && promised !== '' && this.cluster.node(promised) !== undefined) {
      this.#nominations.hold(view, promised);
    }
  }

  #placed(pod: Pod, nodeName: string): void {
    const uid = pod.metadata.uid ?? '';
    this.#giveUpRoom(uid);
    const node = this.cluster.nodeOfPod(uid);
    const known = node?.pods.get(uid);
    // A bind changes the spec, and with it the generation.
    const wasAssumed = this.#assumed.delete(uid);
    this.queue.remove(uid);
    if (known !== undefined && node?.name === nodeName) {
      const generation = known.generation + (wasAssumed ? 1 : 0);
      if (isStillSo(known, pod, generation)) {
        if (wasAssumed) node.renew({ ...known, generation });
        return;
      }
    }
    const view = this.#views.of(pod);
    if (node?.name === nodeName && known?.classKey === view.classKey) {
      node.renew(view);
      return;
    }
    if (known !== undefined && node?.name === nodeName) this.#changes.podRelabelled = true;
    else this.#changes.podPlaced = true;
    this.cluster.place(view, nodeName);
    if (known !== undefined && node !== undefined && node.name !== nodeName) {
      this.#changes.leftNode(known, this.cluster.node(node.name));
    }
  }

  #viewOf(pod: Pod, known: PodView | undefined): PodView {
    return known !== undefined && isStillSo(known, pod, known.generation) ? known : this.#views.of(pod);
  }

  #vacate(uid: string): void {
    const node = this.cluster.nodeOfPod(uid);
    const pod = node?.pods.get(uid);
    if (node === undefined || pod === undefined) return;
    this.cluster.remove(uid);
    this.cluster.setLeaving(uid, false);
    this.#changes.leftNode(pod, this.cluster.node(node.name));
    this.#wakeHolders(node.name);
  }

  #giveUpRoom(uid: string): void {
    if (this.#nominations.nodeOf(uid) !== undefined) {
      const node = this.cluster.nodeOfPod(uid);
      const pod = node?.pods.get(uid);
      this.#nominations.release(uid);
      if (pod !== undefined) this.#changes.leftNode(pod, this.cluster.node(node?.name ?? ''));
    }
  }

  /** Whoever holds room on the node may have it now. */
  #wakeHolders(node: string): void {
    if (this.#nominations.size === 0) return;
    for (const { uid } of this.#nominations.on(node)) this.queue.activate(uid);
  }
}
