// Which nodes may answer better than before: those that came, went, changed, or lost a pod. Whoever keeps answers
// about nodes reads on from where it stood.
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

  /** The entries from a position on; undefined when they are no longer there. */
  since(position: number): readonly NodeState[] | undefined {
    if (position === this.end) return NOTHING;
    return position < this.#firstAt ? undefined : this.#entries.slice(position - this.#firstAt);
  }
}

const NOTHING: readonly NodeState[] = [];
