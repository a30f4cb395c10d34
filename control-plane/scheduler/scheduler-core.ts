// Joins cluster state, queue and decision: takes cache events in, hands decisions out. Synchronous; does nothing
// to the world. A placement is assumed from the decision on, until the cache shows it or its bind has failed.
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Random } from '@gantry/kit/random';
import { ChangeSet } from './change-set.ts';
import { ClusterState } from './cluster-state.ts';
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
  readonly #views = new PodViews();
  /** Placements decided and not yet seen in the cache. */
  readonly #assumed = new Map<string, string>();
  #changes = new ChangeSet();

  constructor(random: Random, plugins: Plugins = allPlugins) {
    this.#passes = new Passes(plugins, random);
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
    this.cluster.removeNode(node.metadata.name ?? '');
    this.#changes.nodeRemoved = true;
  }

  /** A pod is there or has changed. */
  podSeen(pod: Pod, nowMs: number): void {
    const uid = pod.metadata.uid ?? '';
    switch (fateOf(pod)) {
      case 'placed':
        this.#placed(pod, pod.spec.nodeName ?? '');
        return;
      case 'pending':
        if (!this.#assumed.has(uid)) this.queue.offer(this.#viewOf(pod, this.queue.podOf(uid)), nowMs);
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
    this.#vacate(uid);
  }

  /** Decides on the next pods. Placements are assumed; what is unschedulable is parked. */
  decide(nowMs: number): Outcome {
    this.queue.wake(this.#changes, nowMs);
    this.#changes = new ChangeSet();
    const taken = this.queue.take(BATCH_PODS_MAX, nowMs);
    const pods = taken.map(({ pod }) => pod);
    const outcome = schedule(this.cluster, pods, this.#passes);
    for (const { pod, node } of outcome.placements) this.#assumed.set(pod.uid, node);
    if (outcome.placements.length > 0) this.#changes.podPlaced = true;
    for (const { pod, why } of outcome.unschedulable) this.queue.park(pod.uid, why.plugins, nowMs);
    for (const { uid } of outcome.postponed) this.queue.putBack(uid);
    return outcome;
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

  #placed(pod: Pod, nodeName: string): void {
    const uid = pod.metadata.uid ?? '';
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
    this.#changes.leftNode(pod, this.cluster.node(node.name));
  }
}
