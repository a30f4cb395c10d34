// A text on a terminal that is drawn anew in place, cut to what the terminal shows.

const HOME_AND_CLEAR = '\u001b[H\u001b[2J\u001b[3J';
const HOME = '\u001b[H';
const CLEAR_TO_END = '\u001b[J';
const CLEAR_LINE_END = '\u001b[K';
const ROWS_UNKNOWN = 24;

/** What drawing needs of the terminal. */
export interface Screen {
  out(text: string): void;
  columns: number;
  rows: number | undefined;
}

/** Draws; the first time on a cleared screen. */
export class LiveScreen {
  readonly #screen: Screen;
  #isBegun = false;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  draw(text: string): void {
    const { columns, rows = ROWS_UNKNOWN } = this.#screen;
    const head = this.#isBegun ? HOME : HOME_AND_CLEAR;
    this.#isBegun = true;
    const lines = text.split('\n').filter((line, at, all) => line !== '' || at < all.length - 1);
    const kept = lines.length < rows ? lines : [...lines.slice(0, rows - 2), '…'];
    const cut = kept.map((line) => `${cutTo(line, columns)}${CLEAR_LINE_END}\n`);
    this.#screen.out(`${head}${cut.join('')}${CLEAR_TO_END}`);
  }
}

function cutTo(line: string, columns: number): string {
  const letters = [...line];
  return letters.length <= columns ? line : `${letters.slice(0, columns - 1).join('')}…`;
}
