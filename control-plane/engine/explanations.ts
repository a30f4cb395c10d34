// Why each object is as it is: the reasons of its controller's last plan, and when a key that failed is tried again.
// Kept for whoever asks while this replica leads; bounded, and filled anew by the first passes of the next term.
import type { Controller, Reason } from './controller.ts';
import { agedReason, describeReason, retryReason, type Retry } from './reason-text.ts';

/** What is kept of one object and one controller. */
export interface KeptExplanation {
  controller: Pick<Controller, 'name' | 'definition' | 'describe'>;
  /** `namespace/name`, as the queue has it. */
  key: string;
  reasons: readonly Reason[];
  /** When it was noted, in milliseconds since the epoch. */
  atMs: number;
  retry?: Retry;
}

/** Reasons as of now, with their sentences. */
export interface ToldExplanation {
  reasons: readonly Reason[];
  sentences: readonly string[];
}

/** Explanations kept; the oldest fall out. */
export const EXPLANATIONS_MAX = 20_000;

/** The latest explanation of each object by each controller. */
export class Explanations {
  readonly #kept = new Map<string, KeptExplanation>();
  readonly #onDropped: () => void;
  #term: AbortSignal | undefined;

  /** @param onDropped called for each explanation that falls out. */
  constructor(onDropped: () => void = () => undefined) {
    this.#onDropped = onDropped;
  }

  /** A term of leading begins: what an earlier one has left is forgotten. */
  begin(term: AbortSignal): void {
    this.#kept.clear();
    this.#term = term;
  }

  /** The term is over; what was known goes stale and is dropped. */
  end(): void {
    this.#kept.clear();
    this.#term = undefined;
  }

  /** Whether this replica leads, so that what is kept is what holds. */
  leads(): boolean {
    return this.#term !== undefined && !this.#term.aborted;
  }

  /** Notes the reasons of a plan; none are as good as forgetting. */
  note(
    controller: KeptExplanation['controller'],
    key: string,
    reasons: readonly Reason[],
    atMs: number,
  ): void {
    this.#put({ controller, key, reasons, atMs });
  }

  /** Notes that the key is to be tried again, beside the reasons of its last plan. */
  noteRetry(controller: KeptExplanation['controller'], key: string, retry: Retry, atMs: number): void {
    const known = this.#kept.get(idOf(controller, key));
    this.#put({ ...(known ?? { controller, key, reasons: [], atMs }), retry });
  }

  /** The object is gone, or of no concern to the controller any more. */
  forget(controller: KeptExplanation['controller'], key: string): void {
    this.#kept.delete(idOf(controller, key));
  }

  /** All that is kept, in the order in which it was noted. */
  all(): Iterable<KeptExplanation> {
    return this.#kept.values();
  }

  #put(kept: KeptExplanation): void {
    const id = idOf(kept.controller, kept.key);
    this.#kept.delete(id);
    if (kept.reasons.length === 0 && kept.retry === undefined) return;
    this.#kept.set(id, kept);
    if (this.#kept.size <= EXPLANATIONS_MAX) return;
    const oldest = this.#kept.keys().next();
    if (oldest.done) return;
    this.#kept.delete(oldest.value);
    this.#onDropped();
  }
}

/** The reasons as they read now: durations have gone on since they were noted. A try that was due adds nothing. */
export function tellExplanation(kept: KeptExplanation, nowMs: number): ToldExplanation {
  const { controller, reasons, atMs, retry } = kept;
  const aged = reasons.map((reason) => agedReason(reason, nowMs - atMs));
  const sentences = aged.map((reason) => describeReason(controller, reason));
  const next = retry === undefined ? undefined : retryReason(retry, reasons, nowMs);
  if (next === undefined) return { reasons: aged, sentences };
  return { reasons: [...aged, next.reason], sentences: [...sentences, next.sentence] };
}

function idOf({ name }: KeptExplanation['controller'], key: string): string {
  return `${name} ${key}`;
}
