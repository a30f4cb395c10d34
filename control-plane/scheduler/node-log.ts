// Which nodes have changed, in order of time. Whoever keeps answers about nodes reads on from where it stood.
import type { NodeState } from './node-state.ts';

/** Entries kept; who stood before that has to begin anew. */
export const ENTRIES_MAX = 20_000;

/** A log that forgets its beginning. */
export class NodeLog {
  #entries: NodeState[] = [];
  #firstAt = 0;

  /** The position behind the newest entry. */
  get end(): number {
    return this.#firstAt + this.#entries.length;
  }

  note(node: NodeState): void {
    this.#entries.push(node);
    if (this.#entries.length < 2 * ENTRIES_MAX) return;
    this.#entries = this.#entries.slice(ENTRIES_MAX);
    this.#firstAt += ENTRIES_MAX;
  }

  /** The nodes from a position on, each once; undefined when that is too long ago. */
  since(position: number): Iterable<NodeState> | undefined {
    if (position < this.#firstAt) return undefined;
    const entries = this.#entries.slice(position - this.#firstAt);
    return entries.length > 1 ? new Set(entries) : entries;
  }
}
