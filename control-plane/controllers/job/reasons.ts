// Why a Job's plan does what it does, or waits.
import { counted, secondsText } from '../counted.ts';

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
      return `starting ${counted(reason.pods, 'pod')}`;
    case 'stopping':
      return `stopping ${counted(reason.pods, 'pod')} that the Job no longer needs`;
    case 'backing-off':
      return `starting ${counted(reason.pods, 'pod')} in ${secondsText(reason.forMs)}: after failures new pods wait longer and longer`;
    case 'counting':
      return `noting the end of ${counted(reason.pods, 'pod')}`;
    case 'running':
      return `waiting for ${counted(reason.pods, 'pod')} to end`;
    case 'suspended':
      return 'suspended: no pods are started until spec.suspend is false';
    case 'being-deleted':
      return 'being deleted: no pods are started';
    case 'ending':
      return reason.pods === 0
        ? reason.message
        : `${reason.message}; ${counted(reason.pods, 'pod')} still to end`;
    case 'kept-until-expiry':
      return `finished; deleted in ${secondsText(reason.forMs)} (ttlSecondsAfterFinished)`;
    case 'expired':
      return 'deleted: ttlSecondsAfterFinished is over';
  }
}
