// When a CronJob runs next, as its controller says it. Pure.
import type { Explanation } from '@gantry/api/explanation';

/** RFC 3339, by `namespace/name`. CronJobs that wait for nothing have none. */
export function nextRuns(explanations: readonly Explanation[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { involvedObject, reasons } of explanations) {
    const until = reasons.find(({ type }) => type === 'waiting')?.['until'];
    if (involvedObject.kind === 'CronJob' && typeof until === 'string')
      found.set(`${involvedObject.namespace ?? ''}/${involvedObject.name}`, until);
  }
  return found;
}

/** `in 4m12s`, `now`: what is due is made within a moment. */
export function dueText(until: string, formatAge: (ms: number) => string, nowMs: number): string {
  const leftMs = Date.parse(until) - nowMs;
  return leftMs <= 0 ? 'now' : `in ${formatAge(leftMs)}`;
}
