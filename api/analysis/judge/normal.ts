// The normal distribution, as far as tests need it. Pure.

/**
 * The value below which a share of the standard normal distribution lies, to about nine digits.
 *
 * Source: P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function" (2003).
 */
export function normalQuantile(share: number): number {
  if (!(share > 0 && share < 1)) return share <= 0 ? -Infinity : Infinity;
  const low = 0.02425;
  if (share > 1 - low) return -normalQuantile(1 - share);
  if (share < low) {
    const q = Math.sqrt(-2 * Math.log(share));
    return polynomial(TAIL, q) / (polynomial(TAIL_BELOW, q) * q + 1);
  }
  const q = share - 0.5;
  const r = q * q;
  return (polynomial(CENTRE, r) * q) / (polynomial(CENTRE_BELOW, r) * r + 1);
}

const CENTRE = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const CENTRE_BELOW = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
];
const TAIL = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_BELOW = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

/**
 * The share of the standard normal distribution above a value, to about seven digits.
 *
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.17.
 */
export function normalAbove(value: number): number {
  if (value < 0) return 1 - normalAbove(-value);
  const t = 1 / (1 + 0.2316419 * value);
  const series = polynomial([1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153, 0], t);
  return (Math.exp(-(value * value) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
