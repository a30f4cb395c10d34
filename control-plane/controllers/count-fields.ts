// Counts in a status. Kubernetes leaves out those that are zero.

/** The counts that are not zero. */
export function nonZero<K extends string>(counts: Readonly<Record<K, number>>): Partial<Record<K, number>> {
  return Object.fromEntries(Object.entries<number>(counts).filter(([, count]) => count !== 0)) as Partial<
    Record<K, number>
  >;
}
