// Conditions in a status: one entry a type, whose transition time moves only when its status changes. Pure.

/** What all conditions share. */
export interface ConditionLike {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

/** Whether the condition is there and True. */
export function holds(conditions: readonly ConditionLike[] | undefined, type: string): boolean {
  return conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

/** The conditions with this one set; its place is kept. The same list when it says so already. */
export function withCondition<T extends ConditionLike>(
  conditions: readonly T[] | undefined,
  next: T,
  now: string,
): T[] {
  const present = conditions ?? [];
  const index = present.findIndex(({ type }) => type === next.type);
  const before = present[index];
  const lastTransitionTime = before?.status === next.status ? (before.lastTransitionTime ?? now) : now;
  const entry: T = { ...before, ...next, lastTransitionTime };
  return index < 0 ? [...present, entry] : present.map((condition, at) => (at === index ? entry : condition));
}
