// Objects that this process has just written and the watch will bring back: they need not be parsed again, and share
// their unchanged parts with the object before.
import type { AnyObject } from '@gantry/api/meta';

/**
 * Writes that are remembered until the watch shows them; the oldest are forgotten, and are parsed then. In a burst of
 * 10,000 binds etcd's watch was seen more than 4,000 behind the answers to the writes.
 */
export const EXPECTED_MAX = 16_384;

/** What is expected, by key. */
export class ExpectedObjects {
  readonly #byKey = new Map<string, { text: string; object: AnyObject }>();

  add(key: string, text: string, object: AnyObject): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, { text, object });
    if (this.#byKey.size <= EXPECTED_MAX) return;
    const oldest = this.#byKey.keys().next();
    if (!oldest.done) this.#byKey.delete(oldest.value);
  }

  /** The object that was announced with exactly this text; it is forgotten with that. */
  take(key: string, text: string): AnyObject | undefined {
    const expected = this.#byKey.get(key);
    if (expected === undefined || expected.text !== text) return undefined;
    this.#byKey.delete(key);
    return expected.object;
  }
}
