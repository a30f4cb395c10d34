// Which nodes have which image.
import type { NodeOffer, NodeState } from './node-state.ts';

/** Nodes by the name of an image that they have. */
export class ImageHolders {
  readonly #byImage = new Map<string, Set<NodeState>>();

  /** The nodes that have the image. */
  of(image: string): Iterable<NodeState> {
    return this.#byImage.get(image) ?? [];
  }

  /** The node has changed, came or went; `before` is what it offered then. */
  nodeChanged(node: NodeState, before: NodeOffer | undefined): void {
    for (const image of before?.images.keys() ?? []) {
      if (node.offer?.images.has(image) !== true) this.#remove(image, node);
    }
    for (const image of node.offer?.images.keys() ?? []) {
      const holders = this.#byImage.get(image);
      if (holders === undefined) this.#byImage.set(image, new Set([node]));
      else holders.add(node);
    }
  }

  #remove(image: string, node: NodeState): void {
    const holders = this.#byImage.get(image);
    holders?.delete(node);
    if (holders?.size === 0) this.#byImage.delete(image);
  }
}
