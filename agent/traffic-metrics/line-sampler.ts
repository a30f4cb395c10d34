// Which lines of a log are looked at: all up to a limit a second, then each tenth, then each hundredth; each counts for
// those that were passed over. Pure.

/** Lines a second that are all looked at: some 1 % of a core. */
export const WHOLE_LINES_PER_SECOND = 2_000;
const STEP = 10;
const SECOND_MS = 1_000;

export class LineSampler {
  #second = -1;
  #seen = 0;

  /** @returns for how many lines this one counts; 0 when it is passed over. */
  weigh(nowMs: number): number {
    const second = Math.floor(nowMs / SECOND_MS);
    if (second !== this.#second) {
      this.#second = second;
      this.#seen = 0;
    }
    const at = this.#seen;
    this.#seen += 1;
    if (at < WHOLE_LINES_PER_SECOND) return 1;
    const stride = at < WHOLE_LINES_PER_SECOND * STEP ? STEP : STEP * STEP;
    return at % stride === stride - 1 ? stride : 0;
  }
}
