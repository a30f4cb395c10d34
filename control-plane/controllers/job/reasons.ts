// Why a Job's plan does what it does, or waits.

/** The closed union of reasons. */
export type JobReason =
  | { type: 'starting'; pods: number }
  | { type: 'stopping'; pods: number }
  | { type: 'backing-off'; forMs: number; pods: number }
  | { type: 'counting'; pods: number }
  | { type: 'running'; pods: number }
  | { type: 'suspended' }
  | { type: 'being-deleted' }
  | { type: 'ending'; message: string; pods: number }
  | { type: 'kept-until-expiry'; forMs: number }
  | { type: 'expired' };

/** The reason as a sentence. */
export function describe(reason: JobReason): string {
  switch (reason.type) {
    case 'starting':
      return `starting ${podsText(reason.pods)}`;
    case 'stopping':
      return `stopping ${podsText(reason.pods)} that the Job no longer wants`;
    case 'backing-off':
      return `waiting ${secondsText(reason.forMs)} before starting ${podsText(reason.pods)} for what failed`;
    case 'counting':
      return `counting the end of ${podsText(reason.pods)}`;
    case 'running':
      return `waiting for ${podsText(reason.pods)} to end`;
    case 'suspended':
      return 'suspended: no pods are started until spec.suspend is false';
    case 'being-deleted':
      return 'being deleted: no pods are started';
    case 'ending':
      return reason.pods === 0 ? reason.message : `${reason.message}; ${podsText(reason.pods)} still to end`;
    case 'kept-until-expiry':
      return `finished; deleted in ${secondsText(reason.forMs)} (ttlSecondsAfterFinished)`;
    case 'expired':
      return 'deleted: ttlSecondsAfterFinished is over';
  }
}

function podsText(pods: number): string {
  return pods === 1 ? '1 pod' : `${pods} pods`;
}

function secondsText(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
