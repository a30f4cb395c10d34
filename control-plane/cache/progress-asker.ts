// Asks the store how far its watch is while somebody waits: revisions made elsewhere in etcd bring no event, and
// without asking the cache would not learn that it has nothing to wait for.
import type { Clock } from '@gantry/kit/clock';

/** Not more often than this, however many wait. */
const ASK_EVERY_MS_MIN = 5;
/** An answer may fail to come (etcd gives none while it is still sending events): asked again. */
const ASK_AGAIN_MS = 100;

/** Asks at once, then again as long as `isNeeded`. */
export class ProgressAsker {
  readonly #deps: { clock: Clock; ask: () => void; isNeeded: () => boolean };
  #lastMs = -Infinity;
  #dueMs = Infinity;
  #cancel: () => void = () => undefined;

  constructor(deps: { clock: Clock; ask: () => void; isNeeded: () => boolean }) {
    this.#deps = deps;
  }

  /** Somebody has begun to wait. */
  need(): void {
    this.#askAt(this.#lastMs + ASK_EVERY_MS_MIN);
  }

  stop(): void {
    this.#cancel();
    this.#dueMs = Infinity;
  }

  #askAt(timeMs: number): void {
    const nowMs = this.#deps.clock.nowMs();
    if (timeMs >= this.#dueMs) return;
    this.#cancel();
    if (timeMs <= nowMs) {
      this.#ask(nowMs);
      return;
    }
    this.#dueMs = timeMs;
    this.#cancel = this.#deps.clock.schedule(timeMs - nowMs, () => {
      this.#ask(this.#deps.clock.nowMs());
    });
  }

  #ask(nowMs: number): void {
    this.#dueMs = Infinity;
    if (!this.#deps.isNeeded()) return;
    this.#lastMs = nowMs;
    this.#deps.ask();
    this.#askAt(nowMs + ASK_AGAIN_MS);
  }
}
