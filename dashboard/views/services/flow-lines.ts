// Traffic by revision as the lines of a chart. Pure.
import type { RevisionFlow } from '../../live/traffic.ts';
import type { Moment } from '../../live/use-history.ts';
import { revisionName } from './revision-rows.ts';

/** What can be drawn. */
export const MEASURES = {
  requests: { label: 'Requests', unit: '/s', read: (flow: RevisionFlow) => flow.requestsPerSecond },
  errors: { label: 'Errors', unit: '/s', read: (flow: RevisionFlow) => flow.errorsPerSecond },
  latency: { label: 'Latency, p95', unit: 'ms', read: (flow: RevisionFlow) => flow.p95Ms ?? null },
} as const;

/** One of them. */
export type Measure = keyof typeof MEASURES;

/** Lines of a chart at most: more cannot be told apart. */
export const LINES_MAX = 8;
const COLOURS = 4;

/** One line a revision, those that came first first. A revision that takes nothing has nothing to show for latency. */
export function linesOf(
  history: readonly Moment<readonly RevisionFlow[]>[],
  measure: Measure,
): { label: string; colour: string; values: (number | null)[]; dashed: boolean }[] {
  const hashes = [...new Set(history.flatMap(({ value }) => value.map(({ hash }) => hash)))];
  const { read } = MEASURES[measure];
  return hashes.slice(0, LINES_MAX).map((hash, at) => ({
    label: revisionName(hash),
    colour: `--series-${(at % COLOURS) + 1}`,
    dashed: at >= COLOURS,
    values: history.map(({ value }) => {
      const flow = value.find((one) => one.hash === hash);
      if (flow === undefined) return measure === 'latency' ? null : 0;
      return read(flow);
    }),
  }));
}
