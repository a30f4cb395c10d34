// Figures with their recent past. Whoever decides may have looked a while ago, so that what it decides is judged by
// any value that held since then.

/** A figure for each key, and what it was within the window. */
export class RecentValues {
  readonly #windowMs: number;
  readonly #values = new Map<string, { value: number; untilMs: number }[]>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  set(key: string, value: number, atMs: number): void {
    const values = (this.#values.get(key) ?? []).filter(({ untilMs }) => untilMs >= atMs - this.#windowMs);
    const last = values.at(-1);
    if (last !== undefined && last.value === value) return;
    if (last !== undefined) last.untilMs = atMs;
    this.#values.set(key, [...values, { value, untilMs: Infinity }]);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  /** The largest value within the window; undefined for a key that has none. */
  max(key: string, nowMs: number): number | undefined {
    return this.#best(key, nowMs, Math.max);
  }

  min(key: string, nowMs: number): number | undefined {
    return this.#best(key, nowMs, Math.min);
  }

  #best(key: string, nowMs: number, better: (a: number, b: number) => number): number | undefined {
    let best: number | undefined;
    for (const { value, untilMs } of this.#values.get(key) ?? [])
      if (untilMs >= nowMs - this.#windowMs) best = best === undefined ? value : better(best, value);
    return best;
  }
}

/** How much happened to each key within the window. */
export class RecentSums {
  readonly #windowMs: number;
  readonly #amounts = new Map<string, { amount: number; atMs: number }[]>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(key: string, amount: number, atMs: number): void {
    this.#amounts.set(key, [...this.#within(key, atMs), { amount, atMs }]);
  }

  delete(key: string): void {
    this.#amounts.delete(key);
  }

  sum(key: string, nowMs: number): number {
    return this.#within(key, nowMs).reduce((sum, { amount }) => sum + amount, 0);
  }

  #within(key: string, nowMs: number): { amount: number; atMs: number }[] {
    return (this.#amounts.get(key) ?? []).filter(({ atMs }) => atMs >= nowMs - this.#windowMs);
  }
}
