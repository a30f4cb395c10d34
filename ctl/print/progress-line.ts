// Progress of something that takes longer than a second: one line that is rewritten on a terminal, and a line for
// each change elsewhere.
import type { Io } from '../command.ts';

const CLEAR_LINE = '\r\u001b[2K';

/** Shows sentences as they change. */
export class ProgressLine {
  readonly #io: Io;
  #shown = '';

  constructor(io: Io) {
    this.#io = io;
  }

  show(sentence: string): void {
    if (sentence === this.#shown) return;
    this.#shown = sentence;
    if (this.#io.terminal) this.#io.out(`${CLEAR_LINE}${sentence.slice(0, this.#io.columns - 1)}`);
    else this.#io.out(`${sentence}\n`);
  }

  /** Leaves a last sentence standing. */
  end(sentence: string): void {
    if (this.#io.terminal) this.#io.out(`${CLEAR_LINE}${sentence}\n`);
    else if (sentence !== this.#shown) this.#io.out(`${sentence}\n`);
  }
}
