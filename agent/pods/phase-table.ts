// The phases of a pod and how they move. A finished phase never changes again.
import type { PodStatus } from '@gantry/api/kinds/pod';

export type PodPhase = NonNullable<PodStatus['phase']>;

/** What the containers amount to. */
export type PodEvent =
  /** No app container has run yet: waiting, pulling, initialising. */
  | 'waiting'
  /** At least one app container runs, or has run and is to run again. */
  | 'running'
  /** Every container has ended well and none is to run again. */
  | 'succeeded'
  /** Every container has ended, one at least badly, and none is to run again; or the pod was given up. */
  | 'failed';

const PHASES: Readonly<Record<PodPhase, Readonly<Record<PodEvent, PodPhase>>>> = {
  Pending: { waiting: 'Pending', running: 'Running', succeeded: 'Succeeded', failed: 'Failed' },
  // A pod whose sandbox is made anew waits again, but has been running: phases only rise.
  Running: { waiting: 'Running', running: 'Running', succeeded: 'Succeeded', failed: 'Failed' },
  Succeeded: { waiting: 'Succeeded', running: 'Succeeded', succeeded: 'Succeeded', failed: 'Succeeded' },
  Failed: { waiting: 'Failed', running: 'Failed', succeeded: 'Failed', failed: 'Failed' },
  Unknown: { waiting: 'Pending', running: 'Running', succeeded: 'Succeeded', failed: 'Failed' },
};

export function nextPhase(phase: PodPhase | undefined, event: PodEvent): PodPhase {
  return PHASES[phase ?? 'Pending'][event];
}

export function isFinished(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}
