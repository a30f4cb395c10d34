// Lists that a sentence has room for.

/** `a, b, c and 2 more`: the first `max`, and how many are left out. */
export function firstFew(names: readonly (string | undefined)[], max: number, separator = ', '): string {
  const more = names.length - max;
  return `${names.slice(0, max).join(separator)}${more > 0 ? ` and ${more} more` : ''}`;
}
