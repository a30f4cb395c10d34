// How often flags were evaluated, by variant and version: counts that only grow, in a bounded number of series, and
// their form for Prometheus, written and read. Pure.
import { metricHead, type MetricDescription } from '@gantry/kit/metric-description';
import type { FlagEvaluation, FlagSet } from './evaluate-flag.ts';
import type { PreparedFlag } from './prepare-flags.ts';

/** What a count is of. */
export interface EvaluationLabels {
  namespace: string;
  /** Name of the FeatureFlag. */
  feature_flag: string;
  /** Its generation. */
  version: string;
  /** Key of the flag. */
  flag: string;
  /** Empty where programs use their own value. */
  variant: string;
  /** OpenFeature's reason, or its error code. */
  reason: string;
}

/** One series. */
export interface EvaluationCount {
  labels: EvaluationLabels;
  count: number;
}

/** Series at most; what would make more is counted together. */
export const EVALUATION_SERIES_MAX = 5_000;
const NAME = 'gantry_flag_evaluations_total';
const LABELS = ['namespace', 'feature_flag', 'version', 'flag', 'variant', 'reason'] as const;

const EVALUATIONS: MetricDescription = {
  ...{ name: NAME, type: 'counter', labels: LABELS },
  help: 'Evaluations of flags, by variant and by generation of their FeatureFlag.',
};
const SURPLUS: MetricDescription = {
  ...{ name: 'gantry_flag_evaluations_surplus_total', type: 'counter', labels: [] },
  help: 'Evaluations that have no series of their own: there are too many.',
};
/** What {@link EvaluationCounts.text} tells. */
export const EVALUATION_METRICS: readonly MetricDescription[] = [EVALUATIONS, SURPLUS];

/** The counts of one server. */
export class EvaluationCounts {
  readonly #rows = new Map<string, EvaluationCount>();
  /** The rows of a flag as it is now, by namespace, variant and reason: nearly all that is counted has one already. */
  readonly #byFlag = new WeakMap<PreparedFlag, Map<string, EvaluationCount>>();
  readonly #seriesMax: number;
  #surplus = 0;

  constructor(seriesMax = EVALUATION_SERIES_MAX) {
    this.#seriesMax = seriesMax;
  }

  /** Evaluations that have no series of their own: there are too many. */
  get surplus(): number {
    return this.#surplus;
  }

  /** Counts an evaluation. Flags that there are not share one series: clients must not make any by inventing keys. */
  add(namespace: string, flags: FlagSet, key: string, evaluation: FlagEvaluation): void {
    const flag = flags.get(key);
    const variant = evaluation.ok ? (evaluation.variant ?? '') : '';
    const reason = evaluation.ok ? evaluation.reason : evaluation.errorCode;
    const outcome = `${namespace}\n${variant}\n${reason}`;
    const known = flag && this.#byFlag.get(flag)?.get(outcome);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const row = this.#rowOf(namespace, flag, variant, reason);
    if (row === undefined) this.#surplus += 1;
    else {
      row.count += 1;
      if (flag !== undefined)
        this.#byFlag.set(
          flag,
          (this.#byFlag.get(flag) ?? new Map<string, EvaluationCount>()).set(outcome, row),
        );
    }
  }

  /** @returns undefined when there are too many. */
  #rowOf(
    namespace: string,
    flag: PreparedFlag | undefined,
    variant: string,
    reason: string,
  ): EvaluationCount | undefined {
    const labels =
      flag?.source === undefined
        ? { namespace: '', feature_flag: '', version: '', flag: '', variant, reason }
        : {
            ...{ namespace, feature_flag: flag.source.name, version: flag.source.version },
            ...{ flag: flag.key, variant, reason },
          };
    const id = Object.values(labels).join('\n');
    const row = this.#rows.get(id);
    if (row !== undefined || this.#rows.size >= this.#seriesMax) return row;
    const made = { labels, count: 0 };
    this.#rows.set(id, made);
    return made;
  }

  /** All series. */
  all(): EvaluationCount[] {
    return [...this.#rows.values()].map(({ labels, count }) => ({ labels, count }));
  }

  /** All series, in Prometheus' text. */
  text(): string {
    const lines = [...this.#rows.values()].map(({ labels, count }) => {
      const pairs = LABELS.map((name) => `${name}="${escaped(labels[name])}"`);
      return `${NAME}{${pairs.join(',')}} ${count}\n`;
    });
    return [
      metricHead(EVALUATIONS),
      ...lines,
      metricHead(SURPLUS),
      `${SURPLUS.name} ${this.#surplus}\n`,
    ].join('');
  }
}

const LINE = new RegExp(`^${NAME}\\{(.*)\\} (\\d+(?:\\.\\d+)?(?:e\\+\\d+)?)$`);
const PAIR = /([a-z_]+)="((?:[^"\\]|\\.)*)"(?:,|$)/y;

/** The series in a server's metrics; other metrics are passed over. */
export function readEvaluationCounts(text: string): EvaluationCount[] {
  return text.split('\n').flatMap((line) => {
    const [, pairs, count] = LINE.exec(line) ?? [];
    if (pairs === undefined) return [];
    const found = new Map<string, string>();
    PAIR.lastIndex = 0;
    for (let pair = PAIR.exec(pairs); pair !== null; pair = PAIR.exec(pairs))
      found.set(pair[1] ?? '', unescaped(pair[2] ?? ''));
    const labels = Object.fromEntries(LABELS.map((name) => [name, found.get(name) ?? '']));
    return [{ labels: labels as unknown as EvaluationLabels, count: Number(count) }];
  });
}

/** Counts of several servers as one row for each flag, version, variant and reason, in that order. */
export function sumEvaluationCounts(counts: readonly EvaluationCount[]): EvaluationCount[] {
  const sums = new Map<string, EvaluationCount>();
  for (const { labels, count } of counts) {
    const { flag, version, variant, reason } = labels;
    const id = JSON.stringify([flag, version, variant, reason]);
    sums.set(id, { labels, count: (sums.get(id)?.count ?? 0) + count });
  }
  return [...sums.entries()]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([, sum]) => sum);
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}
