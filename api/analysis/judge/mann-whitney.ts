// The Mann-Whitney U test of two samples with weights, and Kayenta's judgement by the confidence interval of their
// distance. Pure.
import { normalAbove, normalQuantile } from './normal.ts';

/** A value and how often it was seen. */
export interface Weighted {
  value: number;
  weight: number;
}

/** Of a sample against another one. */
export interface MannWhitney {
  /** Pairs in which the first sample's value is greater; ties count half. */
  u: number;
  /** Two-sided, by the normal approximation with corrections for ties and continuity. */
  pValue: number;
}

/**
 * The U statistic and its p-value.
 *
 * Source: H. B. Mann and D. R. Whitney, Annals of Mathematical Statistics 18 (1947); the corrections as in
 * M. Hollander and D. A. Wolfe, Nonparametric Statistical Methods (1973), 4.1.
 */
export function mannWhitney(first: readonly Weighted[], second: readonly Weighted[]): MannWhitney {
  const { u, distance, sigma } = ranked(first, second, 0);
  if (sigma === 0) return { u, pValue: 1 };
  const z = (distance - Math.sign(distance) * 0.5) / sigma;
  return { u, pValue: Math.min(1, 2 * normalAbove(Math.abs(z))) };
}

/** How far one sample lies above another. */
export interface Shift {
  lower: number;
  estimate: number;
  upper: number;
}

/**
 * The distance by which the first sample lies above the second (Hodges and Lehmann), with its confidence interval: the shifts
 * that the test above does not refuse.
 *
 * Source: J. L. Hodges and E. L. Lehmann, Annals of Mathematical Statistics 34 (1963); D. F. Bauer, Journal of the
 * American Statistical Association 67 (1972).
 */
export function shiftOf(first: readonly Weighted[], second: readonly Weighted[], confidence: number): Shift {
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const from = least(first) - greatest(second);
  const to = greatest(first) - least(second);
  const at = (quantile: number): number => crossing(first, second, { from, to }, quantile);
  return { lower: at(z), estimate: at(0), upper: at(-z) };
}

/** What Kayenta says of a metric. */
export interface KayentaVerdict extends Shift {
  verdict: 'pass' | 'high' | 'low';
  /** A shift within these bounds is tolerated. */
  bound: number;
}

/**
 * High when the whole confidence interval lies above the tolerated part of the distance.
 *
 * Source: Spinnaker Kayenta, `MannWhitneyClassifier` (tolerance 0.25, confidence 0.98).
 */
export function kayentaVerdict(
  experiment: readonly Weighted[],
  control: readonly Weighted[],
  { tolerance = 0.25, confidence = 0.98 } = {},
): KayentaVerdict {
  const values = new Set(
    [...experiment, ...control].filter(({ weight }) => weight > 0).map(({ value }) => value),
  );
  if (values.size <= 1) return { lower: 0, estimate: 0, upper: 0, bound: 0, verdict: 'pass' };
  const shift = shiftOf(experiment, control, confidence);
  const bound = tolerance * Math.abs(shift.estimate);
  const verdict = shift.lower > bound ? 'high' : shift.upper < -bound ? 'low' : 'pass';
  return { ...shift, bound, verdict };
}

interface Ranked {
  u: number;
  /** From what is expected of samples that are alike. */
  distance: number;
  sigma: number;
}

/** Ranks the first sample, moved down by `shift`, among the second. */
function ranked(first: readonly Weighted[], second: readonly Weighted[], shift: number): Ranked {
  const all = [
    ...first.map(({ value, weight }) => ({ value: value - shift, mine: weight, other: 0 })),
    ...second.map(({ value, weight }) => ({ value, mine: 0, other: weight })),
  ].sort((a, b) => a.value - b.value);
  const [m, n] = [total(first), total(second)];
  let [u, ties, below] = [0, 0, 0];
  for (let at = 0; at < all.length;) {
    let [mine, other] = [0, 0];
    const { value = 0 } = all[at] ?? {};
    for (; at < all.length && same(all[at]?.value ?? 0, value); at += 1) {
      mine += all[at]?.mine ?? 0;
      other += all[at]?.other ?? 0;
    }
    u += mine * (below + other / 2);
    below += other;
    const tied = mine + other;
    ties += tied ** 3 - tied;
  }
  const size = m + n;
  const variance = ((m * n) / 12) * (size + 1 - ties / (size * (size - 1)));
  return { u, distance: u - (m * n) / 2, sigma: Math.sqrt(Math.max(0, variance)) };
}

const same = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

/** Steps of a bisection: to a 2^40th of the range. */
const BISECTIONS = 40;

/** The shift at which the test's statistic falls below `quantile`; it falls as the shift grows. */
function crossing(
  first: readonly Weighted[],
  second: readonly Weighted[],
  range: { from: number; to: number },
  quantile: number,
): number {
  const isAbove = (shift: number): boolean => {
    const { distance, sigma } = ranked(first, second, shift);
    if (sigma === 0) return distance > 0;
    const corrected = quantile === 0 ? distance : distance - Math.sign(distance) * 0.5;
    return corrected / sigma > quantile;
  };
  let { from, to } = range;
  if (!isAbove(from)) return from;
  if (isAbove(to)) return to;
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (from + to) / 2;
    if (isAbove(middle)) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

const total = (sample: readonly Weighted[]): number => sample.reduce((sum, { weight }) => sum + weight, 0);
const least = (sample: readonly Weighted[]): number => Math.min(...sample.map(({ value }) => value));
const greatest = (sample: readonly Weighted[]): number => Math.max(...sample.map(({ value }) => value));
