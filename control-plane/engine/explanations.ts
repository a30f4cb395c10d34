// Why each object is as it is: the reasons of its controller's last plan, kept for whoever asks. Bounded; lost on
// restart and filled again by the first pass over each key.
import type { Controller, Reason } from './controller.ts';

/** Reasons as of the last pass. */
export interface Explanation {
  reasons: readonly Reason[];
  /** The same as sentences. */
  sentences: readonly string[];
  /** Milliseconds since the epoch. */
  atMs: number;
}

/** Objects whose explanations are kept; the oldest fall out. */
const KEPT_MAX = 20_000;

/** The latest explanation of each object. */
export class Explanations {
  readonly #kept = new Map<string, Explanation>();

  /** Notes the reasons of a plan; none are as good as forgetting. */
  note(controller: Controller, key: string, reasons: readonly Reason[], atMs: number): void {
    const id = `${controller.name} ${key}`;
    this.#kept.delete(id);
    if (reasons.length === 0) return;
    const sentences = reasons.map((reason) => describeReason(controller, reason));
    this.#kept.set(id, { reasons, sentences, atMs });
    if (this.#kept.size > KEPT_MAX) {
      const oldest = this.#kept.keys().next();
      if (!oldest.done) this.#kept.delete(oldest.value);
    }
  }

  /** The last explanation by `controller` (its name) of the object `key` (`namespace/name`). */
  of(controller: string, key: string): Explanation | undefined {
    return this.#kept.get(`${controller} ${key}`);
  }
}

/** A reason as a sentence: the controller's own words, or its type and details. */
export function describeReason(controller: Pick<Controller, 'describe'>, reason: Reason): string {
  if (controller.describe !== undefined) return controller.describe(reason);
  const { type, ...details } = reason;
  const told = Object.entries(details).map(([name, value]) => `${name}=${String(value)}`);
  return [type.replaceAll('-', ' '), ...told].join(' ');
}
