// What a hollow container has written: entries with their times, as Docker keeps them. Bounded: the oldest go.

export interface LogEntry {
  atMs: number;
  output: 'out' | 'err';
  /** A line with its end, or a piece of one that has none (yet). */
  text: string;
}

export interface HollowLog {
  append(atMs: number, output: 'out' | 'err', text: string): void;
  /** The container has ended: what was begun is an entry, and followers are told. */
  close(atMs: number): void;
  readonly isClosed: boolean;
  readonly entries: readonly LogEntry[];
  /** @returns a function that stops telling. */
  follow(listener: LogListener): () => void;
}

export interface LogListener {
  onEntry(entry: LogEntry): void;
  onClose(): void;
}

const LOG_LENGTH_MAX = 4 * 1024 ** 2;
/** Docker cuts lines that are longer. */
const ENTRY_LENGTH_MAX = 16 * 1024;

export function createHollowLog(): HollowLog {
  return new Log();
}

class Log implements HollowLog {
  isClosed = false;
  readonly entries: LogEntry[] = [];
  #length = 0;
  /** Begun, and no line yet. */
  readonly #begun = { out: '', err: '' };
  readonly #listeners = new Set<LogListener>();

  append(atMs: number, output: 'out' | 'err', text: string): void {
    const pieces = (this.#begun[output] + text).split(/(?<=\n)/);
    const last = pieces.at(-1) ?? '';
    this.#begun[output] = last.endsWith('\n') || last.length >= ENTRY_LENGTH_MAX ? '' : last;
    const whole = this.#begun[output] === '' ? pieces : pieces.slice(0, -1);
    for (const piece of whole) this.#add({ atMs, output, text: piece });
  }

  close(atMs: number): void {
    for (const output of ['out', 'err'] as const) {
      if (this.#begun[output] !== '') this.#add({ atMs, output, text: this.#begun[output] });
      this.#begun[output] = '';
    }
    this.isClosed = true;
    for (const listener of this.#listeners) listener.onClose();
    this.#listeners.clear();
  }

  follow(listener: LogListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #add(entry: LogEntry): void {
    if (entry.text === '') return;
    this.entries.push(entry);
    this.#length += entry.text.length;
    while (this.#length > LOG_LENGTH_MAX && this.entries.length > 1) {
      this.#length -= this.entries.shift()?.text.length ?? 0;
    }
    for (const listener of this.#listeners) listener.onEntry(entry);
  }
}
