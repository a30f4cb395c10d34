// What all nodes have counted, added up: grow-only rows by node and incarnation of its agent. A report that comes twice,
// late, or after a newer one changes nothing, since of each number the greatest is kept. No clock, no I/O.
import {
  addRow,
  emptyRow,
  ROW_LENGTH,
  type TrafficReport,
  type TrafficRow,
  type TrafficSeries,
} from '@gantry/api/service-traffic';
import { RecentMap } from '@gantry/kit/recent-map';

export interface TrafficLimits {
  /** Of a node; the one that was heard of first is folded into a sum that knows no node. */
  incarnationsMax: number;
  /** The node that was heard of first is folded whole. */
  nodesMax: number;
  /** Rows at all; what would make another is left out and counted. */
  rowsMax: number;
}

export const TRAFFIC_LIMITS: TrafficLimits = { incarnationsMax: 3, nodesMax: 1_000, rowsMax: 100_000 };
/** Incarnations that were folded; a report of one of the last 10,000 is known to be late. */
const FOLDED_MAX = 20_000;

type Rows = Map<string, TrafficSeries & { row: number[] }>;

export class TrafficTotals {
  readonly #limits: TrafficLimits;
  readonly #nodes = new Map<string, Map<string, Rows>>();
  readonly #base: Rows = new Map();
  readonly #folded = new RecentMap<true>(FOLDED_MAX);
  #rows = 0;
  #surplus = 0;

  constructor(limits: TrafficLimits = TRAFFIC_LIMITS) {
    this.#limits = limits;
  }

  /** Series that were left out, one for each time. */
  get surplus(): number {
    return this.#surplus;
  }

  /** @param isKnown whether there is such a Service, `namespace/name`. */
  merge(node: string, { incarnation, series }: TrafficReport, isKnown: (service: string) => boolean): void {
    if (this.#folded.get(`${node} ${incarnation}`) === true) return;
    const rows = this.#rowsOf(node, incarnation);
    for (const { service, revision, row } of series) {
      if (!isKnown(service)) continue;
      const into = this.#rowIn(rows, service, revision);
      if (into !== undefined) raise(into, row);
    }
  }

  /** Forgets Services that are no more. */
  retain(isKnown: (service: string) => boolean): void {
    for (const rows of [this.#base, ...[...this.#nodes.values()].flatMap((node) => [...node.values()])])
      for (const [key, { service }] of rows) if (!isKnown(service) && rows.delete(key)) this.#rows -= 1;
  }

  /** Of all nodes, by Service and then by revision. */
  sums(): Map<string, Map<string, TrafficRow>> {
    const sums = new Map<string, Map<string, number[]>>();
    for (const rows of [this.#base, ...[...this.#nodes.values()].flatMap((node) => [...node.values()])])
      for (const { service, revision, row } of rows.values()) {
        const revisions = sums.get(service) ?? new Map<string, number[]>();
        const sum = revisions.get(revision) ?? emptyRow();
        addRow(sum, row);
        sums.set(service, revisions.set(revision, sum));
      }
    return sums;
  }

  #rowsOf(node: string, incarnation: string): Rows {
    const known = this.#nodes.get(node)?.get(incarnation);
    if (known !== undefined) return known;
    const incarnations = this.#nodes.get(node) ?? new Map<string, Rows>();
    this.#nodes.set(node, incarnations);
    const [oldest] = incarnations.keys();
    if (oldest !== undefined && incarnations.size >= this.#limits.incarnationsMax) this.#fold(node, oldest);
    if (this.#nodes.size > this.#limits.nodesMax) this.#foldNode();
    const rows: Rows = new Map();
    incarnations.set(incarnation, rows);
    return rows;
  }

  #foldNode(): void {
    const [node = '', incarnations] = [...this.#nodes][0] ?? [];
    for (const incarnation of [...(incarnations?.keys() ?? [])]) this.#fold(node, incarnation);
    this.#nodes.delete(node);
  }

  /** The rows move: without a new one where the sum has none yet, no limit can stand in the way. */
  #fold(node: string, incarnation: string): void {
    const incarnations = this.#nodes.get(node);
    for (const [key, series] of incarnations?.get(incarnation) ?? []) {
      const sum = this.#base.get(key);
      if (sum === undefined) this.#base.set(key, series);
      else {
        addRow(sum.row, series.row);
        this.#rows -= 1;
      }
    }
    incarnations?.delete(incarnation);
    this.#folded.set(`${node} ${incarnation}`, true);
  }

  #rowIn(rows: Rows, service: string, revision: string): number[] | undefined {
    const key = `${service} ${revision}`;
    const known = rows.get(key);
    if (known !== undefined) return known.row;
    if (this.#rows >= this.#limits.rowsMax) {
      this.#surplus += 1;
      return undefined;
    }
    this.#rows += 1;
    const row = emptyRow();
    rows.set(key, { service, revision, row });
    return row;
  }
}

function raise(into: number[], row: TrafficRow): void {
  for (let at = 0; at < ROW_LENGTH; at += 1) into[at] = Math.max(into[at] ?? 0, row[at] ?? 0);
}
