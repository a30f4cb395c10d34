// From two readings of what the proxies count to a measurement. Pure: the same readings give the same verdict.
import { verdictOn } from '@gantry/api/analysis/condition/verdict';
import { durationIn } from '@gantry/api/analysis/metric-rules';
import { NO_EVIDENCE, withInterval } from '@gantry/api/analysis/judge/sequential';
import type { GantryMetric } from '@gantry/api/kinds/analysis/gantry-metric';
import type { AnalysisMetric } from '@gantry/api/kinds/analysis/metric';
import type { MetricResult } from '@gantry/api/kinds/analysis/run-status';
import { latencyQuantile } from '@gantry/api/service-traffic';
import { runTime } from '../assess.ts';
import type { Measured } from '../measure.ts';
import { NOT_COUNTED } from '../with-measurement.ts';
import { isBelow, NO_FIGURES, since, type Figures, type Reading } from './figures.ts';
import { judgedByLatency, judgedSequentially, latenciesOf, short, type Judged } from './judged.ts';
import { keptAs, keptIn, windowStart, withReading, type Kept } from './kept-state.ts';

/** How long the first measurement lasts where neither interval nor window says. */
const FIRST_MS = 30_000;
const MINIMUM_REQUESTS = 10;
const PERCENTILE = 95;

/** The measurement that a reading makes together with those before it. */
export function gantryMeasured(
  metric: AnalysisMetric,
  gantry: GantryMetric,
  result: MetricResult | undefined,
  reading: Reading,
): Measured {
  const kept = keptIn(result);
  const last = kept?.readings.at(-1);
  if (kept === undefined || last === undefined) return begun(metric, gantry, reading, undefined);
  if (isBelow(reading.canary, last.canary) || isBelow(reading.baseline, last.baseline))
    return begun(metric, gantry, reading, kept);
  return gantry.judge === undefined
    ? measured(metric, gantry, kept, reading)
    : judged(metric, gantry, kept, reading);
}

/** A first reading says nothing yet; evidence of a judge stays true when the count begins anew. */
function begun(
  metric: AnalysisMetric,
  gantry: GantryMetric,
  reading: Reading,
  before: Kept | undefined,
): Measured {
  const windowMs = gantry.window === undefined ? undefined : durationIn('window', gantry.window);
  const intervalMs = metric.interval === undefined ? undefined : durationIn('interval', metric.interval);
  const stepMs = Math.min(intervalMs ?? windowMs ?? FIRST_MS, windowMs ?? Infinity);
  const message =
    before === undefined
      ? 'counting since now'
      : 'the count began anew (another control plane leads, or it was started again): counting since now';
  return {
    measurement: { phase: 'Running', message, resumeAt: runTime(reading.atMs + stepMs) },
    metadata: keptAs({ readings: [reading], evidence: before?.evidence ?? NO_EVIDENCE }),
    anew: true,
  };
}

function measured(metric: AnalysisMetric, gantry: GantryMetric, kept: Kept, reading: Reading): Measured {
  const windowMs = gantry.window === undefined ? undefined : durationIn('window', gantry.window);
  const start = windowMs === undefined ? kept.readings[0] : windowStart(kept, reading.atMs - windowMs);
  const figures = since(reading.canary, start.canary);
  const seconds = Math.max(0.001, (reading.atMs - start.atMs) / 1000);
  const value = valueOf(gantry, figures, seconds);
  const notes = notesOf(gantry, { figures, seconds });
  const readings = windowMs === undefined ? ([reading] as const) : withReading(kept, reading, windowMs);
  if (value === undefined) {
    // Without a window the count goes on from where it began: what is too little now adds up.
    const metadata = keptAs({ ...kept, readings: windowMs === undefined ? kept.readings : readings });
    return { ...notEnough(gantry, shortage(gantry, figures, seconds), notes), metadata };
  }
  const { phase, message } = verdictOn(value, metric);
  return {
    measurement: {
      phase,
      value: short(value),
      metadata: notes,
      ...(message === undefined ? {} : { message }),
    },
    metadata: keptAs({ ...kept, readings: [...readings] }),
  };
}

/** A judge looks at all since the metric began. */
function judged(metric: AnalysisMetric, gantry: GantryMetric, kept: Kept, reading: Reading): Measured {
  const [first] = kept.readings;
  const last = kept.readings.at(-1) ?? first;
  const all = both(reading, first);
  const step = both(reading, last);
  const isSequential = gantry.judge?.test === 'sequential';
  const evidence = isSequential ? withInterval(kept.evidence, step.canary, step.baseline) : kept.evidence;
  const seconds = Math.max(0.001, (reading.atMs - first.atMs) / 1000);
  const notes = {
    ...notesOf(gantry, { figures: all.canary, seconds }),
    baselineRequests: String(all.baseline.requests),
    baselineFailures: String(all.baseline.failures),
  };
  const metadata = keptAs({ readings: [first, reading], evidence });
  const isEnough = hasEnough(gantry, all.canary) && hasEnough(gantry, all.baseline);
  if (!isEnough && !isSequential)
    return { ...notEnough(gantry, judgeShortage(gantry, all), notes), metadata };
  const verdict = judgementOf(gantry, evidence, all);
  if (!isEnough && !verdict.worse)
    return { ...notEnough(gantry, judgeShortage(gantry, all), { ...notes, ...verdict.notes }), metadata };
  const value = valueOf({ ...gantry, minimumRequests: 1 }, all.canary, seconds);
  const byConditions = value === undefined || verdict.worse ? undefined : verdictOn(value, metric);
  const phase = verdict.worse ? 'Failed' : (byConditions?.phase ?? 'Successful');
  const message = byConditions?.message ?? verdict.message;
  return {
    measurement: {
      ...{ phase, message, metadata: { ...notes, ...verdict.notes } },
      ...(value === undefined ? {} : { value: short(value) }),
    },
    metadata,
  };
}

interface Sides {
  canary: Figures;
  baseline: Figures;
}

function both(now: Reading, before: Reading): Sides {
  return {
    canary: since(now.canary, before.canary),
    baseline: since(now.baseline ?? NO_FIGURES, before.baseline ?? NO_FIGURES),
  };
}

function judgementOf(
  { judge }: GantryMetric,
  evidence: Kept['evidence'],
  { canary, baseline }: Sides,
): Judged {
  const asked = judge ?? { test: 'sequential' };
  return asked.test === 'sequential'
    ? judgedSequentially(asked, evidence, canary, baseline)
    : judgedByLatency(asked, canary, baseline);
}

const needed = ({ minimumRequests = MINIMUM_REQUESTS }: GantryMetric): number => minimumRequests;

/** Latencies are those of a sample of the requests. */
const countOf = ({ metric }: GantryMetric, figures: Figures): number =>
  metric === 'latency' ? latenciesOf(figures) : figures.requests;

const hasEnough = (gantry: GantryMetric, figures: Figures): boolean =>
  countOf(gantry, figures) >= needed(gantry);

/** Undefined when there were not enough requests. A rate of requests may well be nothing. */
function valueOf(gantry: GantryMetric, figures: Figures, seconds: number): number | undefined {
  if (gantry.metric === 'request-rate') return figures.requests / seconds;
  if (!hasEnough(gantry, figures)) return undefined;
  if (gantry.metric === 'latency')
    return latencyQuantile(figures.buckets, (gantry.percentile ?? PERCENTILE) / 100);
  const rate = figures.failures / figures.requests;
  return gantry.metric === 'error-rate' ? rate : 1 - rate;
}

function notesOf(
  gantry: GantryMetric,
  { figures, seconds }: { figures: Figures; seconds: number },
): Record<string, string> {
  return {
    revision: gantry.revision,
    requests: String(figures.requests),
    failures: String(figures.failures),
    seconds: short(seconds),
    ...(gantry.metric === 'latency' ? { latencies: String(latenciesOf(figures)) } : {}),
  };
}

const shortage = (gantry: GantryMetric, figures: Figures, seconds: number): string =>
  `${countOf(gantry, figures)} of ${needed(gantry)} requests to revision ${gantry.revision} in ${short(seconds)} s`;

function judgeShortage(gantry: GantryMetric, { canary, baseline }: Sides): string {
  const side = (figures: Figures): string => `${countOf(gantry, figures)} of ${needed(gantry)} requests`;
  return `${side(canary)} to revision ${gantry.revision}, ${side(baseline)} to its baseline ${gantry.baselineRevision ?? ''}`;
}

/** A verdict of its own: no limit looks at it, unless that was asked for. */
function notEnough(gantry: GantryMetric, what: string, notes: Record<string, string>): Measured {
  const isCounted = gantry.notEnoughTraffic === 'Inconclusive';
  const metadata = isCounted ? notes : { ...notes, [NOT_COUNTED]: 'not enough traffic' };
  return { measurement: { phase: 'Inconclusive', message: `not enough traffic: ${what}`, metadata } };
}
