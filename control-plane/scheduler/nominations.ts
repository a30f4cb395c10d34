// Rooms that are being made for pods: until its victims have gone, a pod holds its room on the node as if it ran there.
// Only pods of higher priority do not see it.
import type { ClusterState } from './cluster-state.ts';
import type { PodView } from './pod-needs.ts';

interface Nomination {
  readonly pod: PodView;
  readonly node: string;
  isShown: boolean;
}

/** Who holds which room. */
export class Nominations {
  readonly #cluster: ClusterState;
  readonly #byPod = new Map<string, Nomination>();
  #level = Number.NEGATIVE_INFINITY;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
  }

  get size(): number {
    return this.#byPod.size;
  }

  /** The node on which the pod holds room. */
  nodeOf(uid: string): string | undefined {
    return this.#byPod.get(uid)?.node;
  }

  /** The pods that hold room on a node. */
  on(node: string): PodView[] {
    return [...this.#byPod.values()].filter((each) => each.node === node).map(({ pod }) => pod);
  }

  /** The pod holds room from now on. */
  hold(pod: PodView, node: string): void {
    this.release(pod.uid);
    const nomination = { pod, node, isShown: false };
    this.#byPod.set(pod.uid, nomination);
    this.#show(nomination, pod.priority >= this.#level);
  }

  /** It does no longer. @returns the node on which it did. */
  release(uid: string): string | undefined {
    const nomination = this.#byPod.get(uid);
    if (nomination === undefined) return undefined;
    this.#show(nomination, false);
    this.#byPod.delete(uid);
    return nomination.node;
  }

  /** From now on only rooms of pods of at least this priority count. */
  showFrom(priority: number): void {
    if (this.#level === priority) return;
    this.#level = priority;
    for (const nomination of this.#byPod.values()) {
      this.#show(nomination, nomination.pod.priority >= priority);
    }
  }

  #show(nomination: Nomination, shown: boolean): void {
    if (nomination.isShown === shown) return;
    nomination.isShown = shown;
    if (shown) this.#cluster.place(nomination.pod, nomination.node);
    else this.#cluster.remove(nomination.pod.uid);
  }
}
