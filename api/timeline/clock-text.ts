// How far clocks are off, in words. Pure.
import type { TimelineClock } from './timeline-entry.ts';

/** `1h behind`, `2.5s ahead`. */
export function skewText(skewMs: number): string {
  return `${lengthText(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead'}`;
}

const UNITS: readonly { ms: number; name: string }[] = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'm' },
  { ms: 1_000, name: 's' },
];

function lengthText(ms: number): string {
  const unit = UNITS.find((each) => ms >= each.ms);
  if (unit === undefined) return `${Math.round(ms)}ms`;
  return `${Number((ms / unit.ms).toFixed(1))}${unit.name}`;
}

/** A sentence for each machine whose clock is off. */
export function clockSentences(clocks: readonly TimelineClock[]): string[] {
  return clocks.map(
    ({ where, skewMs }) =>
      `The clock of ${where} is ${skewText(skewMs)}; its entries are in their place all the same.`,
  );
}
