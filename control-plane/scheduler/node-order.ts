// In which order nodes are looked at when not all of them are: the promising ones first, then a walk that starts
// anywhere and goes in strides, so that any part of it is a fair sample however the nodes are listed.
import type { Random } from '@gantry/kit/random';
import type { NodeState } from './node-state.ts';

/** So many promising nodes are taken; more would make the look dear and the choice no better. */
const PROMISING_MAX = 50;
const GOLDEN_RATIO = 0.618;

/** Hands out each node once. */
export class NodeOrder {
  readonly #nodes: readonly NodeState[];
  readonly #first: NodeState[] = [];
  readonly #isFirst = new Set<NodeState>();
  readonly #stride: number;
  #position: number;
  #left: number;

  constructor(nodes: readonly NodeState[], promising: Iterable<NodeState>, random: Random) {
    this.#nodes = nodes;
    this.#left = nodes.length;
    this.#stride = strideOf(nodes.length);
    this.#position = Math.floor(random.next() * nodes.length);
    for (const node of promising) {
      if (this.#first.length >= PROMISING_MAX) break;
      if (node.offer === undefined || this.#isFirst.has(node)) continue;
      this.#first.push(node);
      this.#isFirst.add(node);
    }
  }

  /** The next node; undefined when all have been handed out. */
  next(): NodeState | undefined {
    const promising = this.#first.pop();
    if (promising !== undefined) return promising;
    while (this.#left > 0) {
      const node = this.#nodes[this.#position];
      this.#position = (this.#position + this.#stride) % this.#nodes.length;
      this.#left -= 1;
      if (node !== undefined && !this.#isFirst.has(node)) return node;
    }
    return undefined;
  }
}

/** A step that meets every node once: without a common divisor with their number. */
function strideOf(count: number): number {
  let stride = Math.max(1, Math.round(count * GOLDEN_RATIO));
  while (greatestCommonDivisor(stride, count) > 1) stride += 1;
  return stride;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
