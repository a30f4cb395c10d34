// Invariants that judge one write after the other.
import type { Invariant, WorldView, WriteRecord } from './world-view.ts';

/** The first sentence that `judge` has for a write of this look. Every write is shown to it up to that one. */
export function firstBroken(
  view: WorldView,
  judge: (write: WriteRecord) => string | undefined,
): string | undefined {
  for (const write of view.writes) {
    const broken = judge(write);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

/** An invariant that needs nothing but the writes. */
export function judgingWrites(
  name: string,
  sentence: string,
  judge: (write: WriteRecord) => string | undefined,
): Invariant {
  return { name, sentence, check: (view) => firstBroken(view, judge) };
}
