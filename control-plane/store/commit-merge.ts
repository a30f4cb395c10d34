// Which commits may share a transaction, and who of them was refused when it fails. Pure.
import { writeBytes } from './check-commit.ts';
import { TRANSACTION_OPERATIONS_MAX } from './store.ts';
import type { Commit, CommitResult, Condition, Write } from './store.ts';

/** Bytes of a shared transaction: well below the request limit, so that one big value does not hold up many small. */
export const MERGED_BYTES_MAX = 1_000_000;

/**
 * A transaction in the making. Two commits may share one only if neither writes a key that the other writes or has a
 * condition on: then it makes no difference which came first. The same condition in both (a leader's fence) is one.
 */
export class Merge {
  readonly #conditions = new Map<string, Condition>();
  readonly #writes = new Map<string, Write>();
  #bytes = 0;

  /** Adds the commit if it may share this transaction. @returns whether it was added. */
  add(commit: Commit): boolean {
    if (!this.#isEmpty() && !this.#hasRoomFor(commit)) return false;
    if (this.touches(commit)) return false;
    for (const condition of commit.conditions) this.#conditions.set(condition.key, condition);
    for (const write of commit.writes) this.#writes.set(write.key, write);
    this.#bytes += bytesOf(commit);
    return true;
  }

  /** Whether the order of this transaction and the commit would matter. */
  touches(commit: Commit): boolean {
    return (
      commit.writes.some(({ key }) => this.#writes.has(key) || this.#conditions.has(key)) ||
      commit.conditions.some(({ key, modRevision }) => {
        const own = this.#conditions.get(key);
        return this.#writes.has(key) || (own !== undefined && own.modRevision !== modRevision);
      })
    );
  }

  /** All conditions and writes together. */
  commit(): Commit {
    return { conditions: [...this.#conditions.values()], writes: [...this.#writes.values()] };
  }

  #isEmpty(): boolean {
    return this.#writes.size === 0 && this.#conditions.size === 0;
  }

  #hasRoomFor(commit: Commit): boolean {
    return (
      this.#writes.size + commit.writes.length <= TRANSACTION_OPERATIONS_MAX &&
      this.#conditions.size + commit.conditions.length <= TRANSACTION_OPERATIONS_MAX &&
      this.#bytes + bytesOf(commit) <= MERGED_BYTES_MAX
    );
  }
}

function bytesOf(commit: Commit): number {
  return commit.writes.reduce((sum, write) => sum + writeBytes(write), 0);
}

/**
 * What the refusal of a shared transaction means for one of its commits: refused too when a condition of its own did
 * not hold; undefined when it was not its fault.
 */
export function ownRefusal(
  commit: Commit,
  refusal: Extract<CommitResult, { ok: false }>,
): CommitResult | undefined {
  const keys = new Set(commit.conditions.map(({ key }) => key));
  const current = refusal.current.filter(({ key }) => keys.has(key));
  const holds = commit.conditions.every(
    ({ key, modRevision }) => (current.find((entry) => entry.key === key)?.modRevision ?? 0) === modRevision,
  );
  return holds ? undefined : { ok: false, revision: refusal.revision, current };
}
