// What a judge says of a revision and its baseline, with all its numbers. Pure.
import { kayentaVerdict, type Weighted } from '@gantry/api/analysis/judge/mann-whitney';
import { alwaysValidP, evidenceNow, type Evidence } from '@gantry/api/analysis/judge/sequential';
import type { GantryJudge } from '@gantry/api/kinds/analysis/gantry-metric';
import { LATENCY_BOUNDS_MS } from '@gantry/api/service-traffic';
import type { Figures } from './figures.ts';

/** A judgement: worse or not shown to be, in words and numbers. */
export interface Judged {
  worse: boolean;
  message: string;
  notes: Record<string, string>;
}

const ALPHA = 0.05;
/** Kayenta's confidence is 0.98. */
const KAYENTA_ALPHA = 0.02;
/** Samples are weighed as if they had at most so many values: requests of one moment are not independent of each other. */
const SAMPLE_MAX = 1_000;
/** A bucket is taken for so many values, evenly spread. */
const PARTS = 8;

/** Short for people and exact enough. */
export const short = (value: number): string => String(Number(value.toPrecision(4)));

/** By the share of requests that failed. */
export function judgedSequentially(
  { alpha = ALPHA }: GantryJudge,
  evidence: Evidence,
  canary: Figures,
  baseline: Figures,
): Judged {
  const p = alwaysValidP(evidence);
  const worse = p <= alpha;
  const seen = `${failed(canary)} failed, of the baseline ${failed(baseline)}`;
  const weight = `evidence ${short(Math.max(evidence.peak, evidenceNow(evidence)))} of ${short(1 / alpha)} needed (alpha ${alpha})`;
  return {
    worse,
    message: `${worse ? 'worse than the baseline' : 'not shown to be worse'}: ${seen}; ${weight}`,
    notes: {
      test: 'sequential',
      alpha: String(alpha),
      pValue: short(p),
      evidence: short(evidenceNow(evidence)),
    },
  };
}

function failed({ failures, requests }: Figures): string {
  const share = requests === 0 ? 0 : (100 * failures) / requests;
  return `${failures} of ${requests} (${short(share)} %)`;
}

/** By latencies. */
export function judgedByLatency(judge: GantryJudge, canary: Figures, baseline: Figures): Judged {
  const { alpha = KAYENTA_ALPHA, tolerance = 0.25, allowedIncrease = 1 } = judge;
  const [experiment, control] = [sampleOf(canary.buckets), sampleOf(baseline.buckets)];
  const found = kayentaVerdict(experiment, control, { tolerance, confidence: 1 - alpha });
  const ratio = meanOf(canary) / meanOf(baseline);
  const worse = found.verdict === 'high' && !(ratio < allowedIncrease);
  const interval = `${short(found.estimate)} ms (${short(found.lower)} to ${short(found.upper)} at ${short(100 * (1 - alpha))} %)`;
  return {
    worse,
    message: `${worse ? 'slower than the baseline' : 'not shown to be slower'}: by ${interval}, on average ${short(ratio)} times as long`,
    notes: {
      test: 'mann-whitney',
      alpha: String(alpha),
      verdict: found.verdict,
      shiftMs: short(found.estimate),
      lowerMs: short(found.lower),
      upperMs: short(found.upper),
      boundMs: short(found.bound),
      meanRatio: short(ratio),
    },
  };
}

/** How many latencies were counted. */
export const latenciesOf = ({ buckets }: Figures): number => buckets.reduce((sum, count) => sum + count, 0);

function meanOf(figures: Figures): number {
  return figures.latencySumMs / Math.max(1, latenciesOf(figures));
}

/** The buckets as values; what took longer than the last bound counts as that bound. */
function sampleOf(buckets: readonly number[]): Weighted[] {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  const scale = total > SAMPLE_MAX ? SAMPLE_MAX / total : 1;
  return buckets.flatMap((count, at) => {
    if (count === 0) return [];
    const lower = at === 0 ? 0 : (LATENCY_BOUNDS_MS[at - 1] ?? 0);
    const upper = LATENCY_BOUNDS_MS[at];
    if (upper === undefined) return [{ value: lower, weight: count * scale }];
    const weight = (count * scale) / PARTS;
    return Array.from({ length: PARTS }, (_, part) => ({
      value: lower + ((upper - lower) * (part + 0.5)) / PARTS,
      weight,
    }));
  });
}
