// Joins cluster state, queue and decision: takes cache events in, hands decisions out. Synchronous; does nothing
// to the world. A placement is assumed from the decision on, until the cache shows it or its bind has failed.
import type { Node } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import type { Random } from '@gantry/kit/random';
import { ClusterState } from './cluster-state.ts';
import { changedParts } from './node-changes.ts';
import type { Plugins } from './plugins/all.ts';
import { allPlugins } from './plugins/all.ts';
import { fateOf } from './pod-fate.ts';
import type { PodView } from './pod-needs.ts';
import { PodViews } from './pod-needs.ts';
import type { ClusterChange } from './plugin.ts';
import { SchedulingQueue } from './queue.ts';
import type { Outcome } from './schedule.ts';
import { schedule } from './schedule.ts';

/** Pods decided on in one go. */
export const BATCH_PODS_MAX = 500;

/** The deciding half of the scheduler. */
export class SchedulerCore {
  readonly cluster = new ClusterState();
  readonly queue: SchedulingQueue;
  readonly #plugins: Plugins;
  readonly #random: Random;
  readonly #views = new PodViews();
  /** Placements decided and not yet seen in the cache. */
  readonly #assumed = new Map<string, string>();
  #changes: ClusterChange[] = [];

  constructor(random: Random, plugins: Plugins = allPlugins) {
    this.#random = random;
    this.#plugins = plugins;
    this.queue = new SchedulingQueue(plugins.filters);
  }

  get assumedCount(): number {
    return this.#assumed.size;
  }

  /** Whether something has happened since the last decision that may help a parked pod. */
  get hasChanges(): boolean {
    return this.#changes.length > 0;
  }

  /** A node is there or has changed. */
  nodeSeen(node: Node): void {
    const name = node.metadata.name ?? '';
    const before = this.cluster.node(name)?.offer;
    this.cluster.setNode(node);
    const after = this.cluster.node(name)?.offer;
    if (before === undefined) this.#changes.push({ type: 'node-added', node: name });
    else if (after !== undefined) {
      const parts = changedParts(before, after);
      if (parts.size > 0) this.#changes.push({ type: 'node-changed', node: name, parts });
    }
  }

  nodeGone(node: Node): void {
    const name = node.metadata.name ?? '';
    this.cluster.removeNode(name);
    this.#changes.push({ type: 'node-removed', node: name });
  }

  /** A pod is there or has changed. */
  podSeen(pod: Pod, nowMs: number): void {
    const uid = pod.metadata.uid ?? '';
    switch (fateOf(pod)) {
      case 'placed':
        this.queue.remove(uid);
        this.#assumed.delete(uid);
        this.#placed(this.#views.of(pod), pod.spec.nodeName ?? '');
        return;
      case 'pending':
        if (!this.#assumed.has(uid)) this.queue.offer(this.#views.of(pod), nowMs);
        return;
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
    this.#changes = [];
    const taken = this.queue.take(BATCH_PODS_MAX, nowMs);
    const pods = taken.map(({ pod }) => pod);
    const outcome = schedule(this.cluster, pods, this.#random, this.#plugins);
    for (const { pod, node } of outcome.placements) {
      this.cluster.place(pod, node);
      this.#assumed.set(pod.uid, node);
      this.#changes.push({ type: 'pod-placed', pod, node });
    }
    for (const { pod, why } of outcome.unschedulable) this.queue.park(pod.uid, why.plugins, nowMs);
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

  #placed(pod: PodView, nodeName: string): void {
    const before = this.cluster.nodeOfPod(pod.uid);
    const known = before?.pods.get(pod.uid);
    if (before?.name === nodeName && known?.classKey === pod.classKey) return;
    this.cluster.place(pod, nodeName);
    const type = before?.name === nodeName ? 'pod-relabelled' : 'pod-placed';
    this.#changes.push({ type, pod, node: nodeName });
  }

  #vacate(uid: string): void {
    const node = this.cluster.nodeOfPod(uid);
    const pod = node?.pods.get(uid);
    if (node === undefined || pod === undefined) return;
    this.cluster.remove(uid);
    this.#changes.push({ type: 'pod-left', pod, node: node.name });
  }
}
