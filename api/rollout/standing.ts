// Where a Rollout stands, from its status alone: whether an update is under way, its phase, and whether that is an end.
// A status that belongs to an older spec counts as no news yet. Pure.
import type { Rollout } from '../kinds/rollout.ts';

/** The phases of a Rollout, and one for a change that its controller has not seen yet. */
export type Phase = NonNullable<NonNullable<Rollout['status']>['phase']>;

export interface Standing {
  /** The controller has seen the spec as it is. */
  isSeen: boolean;
  phase: Phase;
  message: string;
  /** A version other than the stable one is on its way, or was aborted. */
  isUpdating: boolean;
  isAborted: boolean;
  /** Nothing more comes of itself: healthy, or degraded. */
  end: 'healthy' | 'degraded' | undefined;
}

/** Reads the status. */
export function standingOf({ metadata, status = {} }: Rollout): Standing {
  const isSeen = status.observedGeneration === String(metadata.generation ?? 1);
  const { stableRS = '', currentPodHash = '', abort = false } = status;
  const isUpdating = stableRS !== '' && currentPodHash !== stableRS;
  const phase = isSeen ? (status.phase ?? 'Progressing') : 'Progressing';
  const message = isSeen ? (status.message ?? '') : 'the last change has not been seen yet';
  const isDegraded = phase === 'Degraded';
  return {
    ...{ isSeen, phase, message, isUpdating },
    isAborted: isUpdating && abort,
    end: phase === 'Healthy' ? 'healthy' : isDegraded ? 'degraded' : undefined,
  };
}
