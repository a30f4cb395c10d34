// Weights as a sequence of turns: request n goes where turn n says, so that shares are exact to the count and no
// backend gets its share in one burst. Pure.

/** Turns of a sequence; weights that do not fit are rounded, and nobody with a weight is left out. */
export const TURNS_MAX = 1_000;

/** Positions of `weights` in turn; empty when nobody has a weight. */
export function spread(weights: readonly number[]): number[] {
  const scaled = scale(weights);
  const total = scaled.reduce((sum, weight) => sum + weight, 0);
  const credit = scaled.map(() => 0);
  return Array.from({ length: total }, () => {
    let best = -1;
    scaled.forEach((weight, at) => {
      credit[at] = (credit[at] ?? 0) + weight;
      if (weight > 0 && (best < 0 || (credit[at] ?? 0) > (credit[best] ?? 0))) best = at;
    });
    credit[best] = (credit[best] ?? 0) - total;
    return best;
  });
}

/** The same shares in the smallest numbers, and in no more than {@link TURNS_MAX} turns. */
export function scale(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return [...weights];
  const divisor = weights.reduce(greatestCommonDivisor, 0);
  const reduced = weights.map((weight) => weight / divisor);
  const sum = total / divisor;
  if (sum <= TURNS_MAX) return reduced;
  const scaled = reduced.map((weight) =>
    weight === 0 ? 0 : Math.max(1, Math.round((weight * TURNS_MAX) / sum)),
  );
  const most = scaled.indexOf(Math.max(...scaled));
  const surplus = scaled.reduce((all, weight) => all + weight, 0) - TURNS_MAX;
  return scaled.map((weight, at) => (at === most ? weight - surplus : weight));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
