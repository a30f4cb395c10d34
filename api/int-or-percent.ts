// Amounts that users give as a number or as a share.

/**
 * The number that is meant: `3` is 3, `25%` of 10 is 2 rounded down and 3 rounded up. Text that is no share counts
 * as zero: validation has refused it.
 */
export function intOrPercent(value: number | string, total: number, rounding: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const share = /^(\d+)%$/.exec(value)?.[1];
  if (share === undefined) return 0;
  const hundredths = Number(share) * total;
  return rounding === 'up' ? Math.ceil(hundredths / 100) : Math.floor(hundredths / 100);
}
