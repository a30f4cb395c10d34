// How long a container that ended waits before it runs again. Nothing is remembered: the number of quick exits
// in a row travels as a label on the container itself, so a restarted agent goes on counting.
import { backoffMs, type BackoffPolicy } from '@gantry/kit/backoff';
import type { Failure } from './observed.ts';
import type { ContainerState } from '../runtime/runtime.ts';

/** Kubernetes' figures: 10 s, doubling, at most 5 min. */
export const RESTART_POLICY: BackoffPolicy = { initialMs: 10_000, maxMs: 300_000, factor: 2, jitter: 0 };
/** A container that ran this long starts with a clean slate. */
export const STEADY_RUN_MS = 600_000;
/** Label: how many predecessors of this container ended within {@link STEADY_RUN_MS}, in a row. */
export const QUICK_EXITS_LABEL = 'gantry.dev/quick-exits';

export interface RestartWait {
  /** When the next start is due. */
  dueAtMs: number;
  /** The whole wait, for the user: 0 when there was none. */
  delayMs: number;
  /** The label of the next container. */
  quickExits: number;
}

/** When the successor of an ended container may start: the first at once, later ones with growing waits. */
export function restartWait(ended: ContainerState): RestartWait {
  const finishedAtMs = ended.finishedAtMs ?? ended.createdAtMs;
  const ranMs = ended.startedAtMs === undefined ? 0 : finishedAtMs - ended.startedAtMs;
  const before = Number(ended.labels[QUICK_EXITS_LABEL] ?? 0);
  if (ranMs >= STEADY_RUN_MS) return { dueAtMs: finishedAtMs, delayMs: 0, quickExits: 1 };
  const delayMs = backoffMs(RESTART_POLICY, before);
  return { dueAtMs: finishedAtMs + delayMs, delayMs, quickExits: before + 1 };
}

/** When a start that failed is tried again: at once, then with the same growing waits. */
export function startRetryWait(failure: Failure): RestartWait {
  const delayMs = backoffMs(RESTART_POLICY, failure.count - 1);
  return { dueAtMs: failure.atMs + delayMs, delayMs, quickExits: failure.count };
}
