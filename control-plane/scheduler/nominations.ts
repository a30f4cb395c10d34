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
  /** The same by node; a node that nobody holds room on has no entry. */
  readonly #byNode = new Map<string, Set<Nomination>>();
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

  /** The pods that hold room on a node, the one that came first leading. */
  on(node: string): PodView[] {
    return Array.from(this.#byNode.get(node) ?? [], ({ pod }) => pod);
  }

  /** The pod holds room from now on. */
  hold(pod: PodView, node: string): void {
    this.release(pod.uid);
    const nomination = { pod, node, isShown: false };
    this.#byPod.set(pod.uid, nomination);
    const there = this.#byNode.get(node);
    if (there === undefined) this.#byNode.set(node, new Set([nomination]));
    else there.add(nomination);
    this.#show(nomination, pod.priority >= this.#level);
  }

  /** It does no longer. @returns the node on which it did. */
  release(uid: string): string | undefined {
    const nomination = this.#byPod.get(uid);
    if (nomination === undefined) return undefined;
    const { node } = nomination;
    this.#show(nomination, false);
    this.#byPod.delete(uid);
    const there = this.#byNode.get(node);
    there?.delete(nomination);
    if (there?.size === 0) this.#byNode.delete(node);
    return node;
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
