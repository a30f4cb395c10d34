// What has happened in the cluster since the last decision, summed up: enough to tell which waiting pods it may help.
import type { Amounts } from './amounts.ts';
import { fitsInto, larger, ZERO } from './amounts.ts';
import type { NodeUpdate } from './cluster-state.ts';
import type { NodeState } from './node-state.ts';
import type { NodePart } from './plugin.ts';
import type { PodView } from './pod-needs.ts';

/** The sum of changes. */
export class ChangeSet {
  /** A node has come. */
  nodeAdded = false;
  nodeRemoved = false;
  podPlaced = false;
  /** A pod has gone, ended, or lost its claim. */
  podLeft = false;
  /** A placed pod's labels have changed. */
  podRelabelled = false;
  /** A pod that left held a port of its host. */
  hostPortFreed = false;
  readonly nodeParts = new Set<NodePart>();
  /** Nodes on which there may be more room than before. */
  readonly #roomier = new Set<NodeState>();
  #room: { free: Amounts; pods: number } | undefined;

  get isEmpty(): boolean {
    return !(
      this.nodeAdded ||
      this.nodeRemoved ||
      this.podPlaced ||
      this.podLeft ||
      this.podRelabelled ||
      this.nodeParts.size > 0
    );
  }

  /** Pods, or the domains that they are in, are not what they were: whoever looks at other pods has to look again. */
  get hasMovedPods(): boolean {
    return (
      this.podPlaced ||
      this.podLeft ||
      this.podRelabelled ||
      this.nodeAdded ||
      this.nodeRemoved ||
      this.nodeParts.has('labels')
    );
  }

  nodeUpdated(node: NodeState, update: NodeUpdate): void {
    if (update === 'added') this.nodeAdded = true;
    else for (const part of update) this.nodeParts.add(part);
    if (update === 'added' || update.has('allocatable')) this.#noteRoom(node);
  }

  leftNode(pod: PodView, node: NodeState | undefined): void {
    this.podLeft = true;
    if (pod.needs.hostPorts.length > 0) this.hostPortFreed = true;
    if (node !== undefined) this.#noteRoom(node);
  }

  /**
   * Whether one of the nodes that have more room than before could hold this much. Of each resource the most that any
   * of them has is compared, so the answer may be a yes too many.
   */
  hasRoomFor(requests: Amounts): boolean {
    const { free, pods } = (this.#room ??= this.#mostRoom());
    return pods > 0 && fitsInto(requests, free);
  }

  #noteRoom(node: NodeState): void {
    this.#roomier.add(node);
    this.#room = undefined;
  }

  #mostRoom(): { free: Amounts; pods: number } {
    let [free, pods] = [ZERO, 0];
    for (const node of this.#roomier) {
      if (node.offer === undefined) continue;
      free = larger(free, node.free(node.offer));
      pods = Math.max(pods, node.offer.podsMax - node.pods.size);
    }
    return { free, pods };
  }
}
