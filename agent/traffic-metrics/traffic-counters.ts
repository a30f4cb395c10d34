// From successive readings of HAProxy's counters to numbers that only grow, by Service and revision. Pure but for its own
// state: a server that is new, gone or begun anew makes no number fall, and nothing is counted twice.
import {
  addLatency,
  addRow,
  emptyRow,
  type TrafficRow,
  type TrafficSeries,
} from '@gantry/api/service-traffic';
import type { ServerCounters } from './read-stats.ts';

/** Whose a server is. */
export interface SeriesName {
  service: string;
  revision: string;
}

/** One look at all servers of one process. */
export interface StatsReading {
  /** Another one after a reload and after a start. */
  process: string;
  servers: readonly ServerCounters[];
  /** Undefined for servers that are nobody's any more. */
  seriesOf(slot: string, server: string): SeriesName | undefined;
}

/** Of a node; further ones are not counted and told by a metric. */
export const SERIES_MAX = 5_000;

/** Workers that ended: one may answer once more while its successor takes over. */
const ENDED_MAX = 64;

export class TrafficCounters {
  readonly #series = new Map<string, { name: SeriesName; row: number[] }>();
  #process: string | undefined;
  readonly #ended: string[] = [];
  #last = new Map<string, TrafficRow>();
  #surplus = 0;

  /** What could not be counted since there are too many series. */
  get surplus(): number {
    return this.#surplus;
  }

  /** The next process is ours from its first request on. */
  processStarts(): void {
    this.#process ??= '';
  }

  /** Readings have to come in the order in which they were taken. */
  read(reading: StatsReading): void {
    const { process, servers } = reading;
    if (this.#ended.includes(process)) return;
    // What the first process of all has counted before, an earlier agent has told.
    const isBaseline = this.#process === undefined;
    if (this.#process !== process) this.#change(process);
    const before = this.#last;
    this.#last = new Map();
    for (const { slot, server, row } of servers) {
      const key = `${slot}/${server}`;
      const isCounted = isBaseline || this.#grow(reading.seriesOf(slot, server), before.get(key), row);
      // Whose it is may be known later.
      const seen = isCounted ? row : before.get(key);
      if (seen !== undefined) this.#last.set(key, seen);
    }
  }

  countLatency(name: SeriesName, latencyMs: number, weight: number): void {
    const into = this.#rowOf(name);
    if (into !== undefined) addLatency(into, latencyMs, weight);
  }

  /** Copies, the same until the next count. */
  series(): TrafficSeries[] {
    return [...this.#series.values()].map(({ name, row }) => ({ ...name, row: [...row] }));
  }

  #change(process: string): void {
    if (this.#process !== undefined) this.#ended.push(this.#process);
    if (this.#ended.length > ENDED_MAX) this.#ended.shift();
    this.#process = process;
    this.#last = new Map();
  }

  /** @returns whether it is known whose it is. */
  #grow(name: SeriesName | undefined, before: TrafficRow | undefined, row: TrafficRow): boolean {
    if (name === undefined) return false;
    const grown = grownSince(before, row);
    if (grown.every((number) => number === 0)) return true;
    const into = this.#rowOf(name);
    if (into !== undefined) addRow(into, grown);
    return true;
  }

  #rowOf(name: SeriesName): number[] | undefined {
    const key = `${name.service} ${name.revision}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known.row;
    if (this.#series.size >= SERIES_MAX) {
      this.#surplus += 1;
      return undefined;
    }
    const row = emptyRow();
    this.#series.set(key, { name, row });
    return row;
  }
}

/** One number that is smaller than before shows a server that was taken away and put back: all of it is new. */
function grownSince(before: TrafficRow | undefined, row: TrafficRow): TrafficRow {
  if (before === undefined || row.some((number, at) => number < (before[at] ?? 0))) return row;
  return row.map((number, at) => number - (before[at] ?? 0));
}
