// When the world has had time to reach what is wanted.
import type { Bounds } from './bounds.ts';
import type { WorldView } from './world-view.ts';

/** Whether the world has been calm for long enough. */
export function isSettled(
  { calmSinceMs, nowMs }: WorldView,
  { settleMs }: Pick<Bounds, 'settleMs'>,
): boolean {
  return calmSinceMs !== undefined && nowMs - calmSinceMs >= settleMs;
}

/** A full look over the store at most this often. */
const LOOK_EVERY_MS = 30_000;

/** Says when it is time for another full look at a settled world. */
export function createLookTimer(bounds: Pick<Bounds, 'settleMs'>): (view: WorldView) => boolean {
  let lookedAtMs = -Infinity;
  return (view) => {
    if (!isSettled(view, bounds) || view.nowMs - lookedAtMs < LOOK_EVERY_MS) return false;
    lookedAtMs = view.nowMs;
    return true;
  };
}

/** Shorter than what a run waits for before it ends, longer than what a healthy part takes to act. */
const QUIET_MS = 35_000;

/** Says once when the world has been calm, and nothing but heartbeats was written, for so long. */
export function createQuietTimer(): (view: WorldView) => boolean {
  let writtenAtMs = -Infinity;
  let isTold = false;
  return ({ calmSinceMs, nowMs, writes }) => {
    if (
      calmSinceMs === undefined ||
      writes.some(({ after, before }) => (after ?? before)?.kind !== 'Lease')
    ) {
      writtenAtMs = nowMs;
      isTold = false;
    }
    if (isTold || nowMs - writtenAtMs < QUIET_MS) return false;
    isTold = true;
    return true;
  };
}
