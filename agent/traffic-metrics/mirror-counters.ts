// Copies of requests that HAProxy has sent and dropped, as numbers that only grow. Pure but for what it remembers.
import { MIRROR_DROPS, MIRROR_FRONTEND } from '../service-proxy/mirrors/render-mirrors.ts';

/** What is asked; where nothing is mirrored the answers are words of refusal. */
export const MIRROR_COMMANDS = [`show stat ${MIRROR_FRONTEND} 1 -1`, `show table ${MIRROR_DROPS}`] as const;

/** Why a copy was not sent: too many under way; a request that is not whole, or too large. */
export const DROP_REASONS = ['busy', 'body'] as const;
const SENT = 'sent';
const DROPPED = /^0x[0-9a-f]+: key=(\w+) .*gpc0=(\d+)/gm;

/** Reads both answers of one process. */
export function readMirrors(stats: string, table: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const [header = '', row = ''] = stats.split('\n');
  const at = header.slice(2).split(',').indexOf('req_tot');
  const sent = at < 0 ? 0 : Number(row.split(',')[at]);
  if (Number.isSafeInteger(sent) && sent > 0) found.set(SENT, sent);
  for (const [, reason = '', count] of table.matchAll(DROPPED)) found.set(reason, Number(count));
  return found;
}

export class MirrorCounters {
  readonly #totals = new Map<string, number>();
  #process: string | undefined;
  #last: ReadonlyMap<string, number> = new Map();

  /** What the first process of all has counted before, an earlier agent has told. */
  read(process: string, counts: ReadonlyMap<string, number>): void {
    if (this.#process !== undefined)
      for (const [name, count] of counts) {
        const before = this.#process === process ? (this.#last.get(name) ?? 0) : 0;
        this.#totals.set(name, (this.#totals.get(name) ?? 0) + (count < before ? count : count - before));
      }
    this.#process = process;
    this.#last = counts;
  }

  /** The next process is ours from its first request on. */
  processStarts(): void {
    this.#process ??= '';
  }

  /** In Prometheus' form. */
  text(): string {
    const of = (name: string): number => this.#totals.get(name) ?? 0;
    return [
      '# HELP gantry_mirrored_requests_total Copies of requests that were sent to the mirrors of routes and splits.',
      '# TYPE gantry_mirrored_requests_total counter',
      `gantry_mirrored_requests_total ${of(SENT)}`,
      '# HELP gantry_mirror_drops_total Copies that were not sent: too many under way, or a request that is not whole.',
      '# TYPE gantry_mirror_drops_total counter',
      ...DROP_REASONS.map((reason) => `gantry_mirror_drops_total{reason="${reason}"} ${of(reason)}`),
      '',
    ].join('\n');
  }
}
