// An always-valid test of whether one of two shares of failures is greater: evidence is gathered interval by interval and may
// be looked at after each, for as long as one likes. Pure; what was gathered is a few numbers.

/**
 * Odds ratios (canary to baseline) among which the alternative is mixed, from a third more failures to a hundred times as many.
 * All weigh the same.
 */
export const ODDS_RATIOS = [1.2, 1.5, 2, 3, 5, 10, 30, 100] as const;

/** What has been gathered: for each odds ratio the logarithm of its likelihood ratio, and the greatest evidence there ever was. */
export interface Evidence {
  logs: readonly number[];
  peak: number;
}

/** Requests of an interval and how many of them failed. */
export interface Outcomes {
  requests: number;
  failures: number;
}

/** Nothing yet. */
export const NO_EVIDENCE: Evidence = { logs: ODDS_RATIOS.map(() => 0), peak: 0 };

/** With more failures than this in one interval nothing is added: it would take too long. */
export const FAILURES_MAX = 1_000_000;

/**
 * Adds an interval. Given how many requests failed on both sides together, those of the canary are spread
 * hypergeometrically when both sides fail alike, whatever the rate is and however it changes; so each ratio of
 * likelihoods is 1 on average, their products are martingales, and so is the mixture of them. Where the canary fails
 * less, it is a supermartingale.
 *
 * Source: mixture SPRT: H. Robbins, Annals of Mathematical Statistics 41 (1970); as always-valid p-values: R. Johari,
 * P. Koomen, L. Pekelis and D. Walsh, Operations Research 70 (2022). The conditional likelihood: R. A. Fisher, Journal of
 * the Royal Statistical Society 98 (1935).
 */
export function withInterval(evidence: Evidence, canary: Outcomes, baseline: Outcomes): Evidence {
  const failures = canary.failures + baseline.failures;
  const all = canary.requests + baseline.requests;
  const isTelling = failures > 0 && failures < all && canary.requests > 0 && baseline.requests > 0;
  if (!isTelling || failures > FAILURES_MAX) return evidence;
  const support = logWays(canary.requests, baseline.requests, failures);
  const even = logSum(support.logs, support.from, 0);
  const logs = ODDS_RATIOS.map((ratio, at) => {
    const slope = Math.log(ratio);
    const logRatio = canary.failures * slope + even - logSum(support.logs, support.from, slope);
    return (evidence.logs[at] ?? 0) + logRatio;
  });
  return { logs, peak: Math.max(evidence.peak, mixture(logs)) };
}

/** The likelihood of the mixture, against that of no difference. */
export function evidenceNow({ logs }: Evidence): number {
  return mixture(logs);
}

/** The always-valid p-value: below alpha with a chance of at most alpha, ever, when the canary is no worse (J. Ville, 1939). */
export function alwaysValidP({ peak }: Evidence): number {
  return peak <= 1 ? 1 : 1 / peak;
}

function mixture(logs: readonly number[]): number {
  const top = Math.max(...logs);
  const mean = logs.reduce((sum, log) => sum + Math.exp(log - top), 0) / logs.length;
  return Math.min(Number.MAX_VALUE, Math.exp(top) * mean);
}

/** In how many ways the canary can have so many of the failures: logarithms, up to a common constant. */
function logWays(canary: number, baseline: number, failures: number): { from: number; logs: Float64Array } {
  const from = Math.max(0, failures - baseline);
  const to = Math.min(canary, failures);
  const logs = new Float64Array(to - from + 1);
  for (let x = from; x < to; x += 1) {
    const up = (canary - x) * (failures - x);
    const down = (x + 1) * (baseline - failures + x + 1);
    logs[x - from + 1] = (logs[x - from] ?? 0) + Math.log(up / down);
  }
  return { from, logs };
}

/** Terms this far below the greatest do not show. */
const NEGLIGIBLE = 45;

function logSum(logs: Float64Array, from: number, slope: number): number {
  let top = -Infinity;
  for (let at = 0; at < logs.length; at += 1) top = Math.max(top, (logs[at] ?? 0) + (from + at) * slope);
  let sum = 0;
  for (let at = 0; at < logs.length; at += 1) {
    const term = (logs[at] ?? 0) + (from + at) * slope - top;
    if (term > -NEGLIGIBLE) sum += Math.exp(term);
  }
  return top + Math.log(sum);
}
