// Stored values that are not objects of their kind. One of them is told once and set aside; everything else goes on.
import type { Logger } from '@gantry/kit/logger';

/** Remembers which keys hold such values. */
export class Quarantine {
  readonly #deps: { logger: Logger; onChange: (count: number) => void };
  readonly #problems = new Map<string, string>();

  constructor(deps: { logger: Logger; onChange: (count: number) => void }) {
    this.#deps = deps;
  }

  add(key: string, revision: number, problem: string): void {
    // The value itself is never logged: it may be a Secret.
    if (this.#problems.get(key) !== problem)
      this.#deps.logger.error('stored value set aside', { key, revision, problem });
    this.#problems.set(key, problem);
    this.#deps.onChange(this.#problems.size);
  }

  release(key: string): void {
    if (this.#problems.delete(key)) this.#deps.onChange(this.#problems.size);
  }

  /** Releases all that a fresh list did not confirm. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const key of [...this.#problems.keys()]) if (!keys.has(key)) this.release(key);
  }
}
