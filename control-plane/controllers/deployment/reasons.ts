// Why a Deployment's plan does what it does, or waits.
import type { Reason } from '../../engine/controller.ts';
import { counted } from '../counted.ts';

/** Closed: each has its sentence below. */
export type DeploymentReason =
  | { type: 'creating-version'; name: string; size: number }
  | { type: 'scaling'; name: string; from: number; to: number }
  | { type: 'waiting-for-available'; available: number; total: number }
  | { type: 'waiting-for-old-pods'; remaining: number }
  | { type: 'keeping-old-pods'; pods: number }
  | { type: 'waiting-for-replica-sets'; names: readonly string[] }
  | { type: 'paused' }
  | { type: 'deadline-exceeded'; seconds: number }
  | { type: 'name-taken'; name: string }
  | { type: 'changes-refused'; message: string }
  | { type: 'being-deleted' };

/** The reason as a sentence. */
export function describeDeploymentReason(given: Reason): string {
  const reason = given as DeploymentReason;
  switch (reason.type) {
    case 'creating-version':
      return `creating ReplicaSet ${reason.name} with ${counted(reason.size, 'pod')} for the new version`;
    case 'scaling':
      return `scaling ReplicaSet ${reason.name} from ${reason.from} to ${reason.to}`;
    case 'waiting-for-available':
      return `waiting for ${reason.total - reason.available} of ${counted(reason.total, 'new pod')} to become available`;
    case 'waiting-for-old-pods':
      return `waiting for ${counted(reason.remaining, 'old pod')} to stop`;
    case 'keeping-old-pods':
      return `${counted(reason.pods, 'old pod')} ${reason.pods === 1 ? 'serves' : 'serve'} until new ones are available`;
    case 'waiting-for-replica-sets':
      return `waiting for ReplicaSets to reach their size: ${reason.names.join(', ')}`;
    case 'paused':
      return 'paused: scaling goes on, but a new template waits until spec.paused is false';
    case 'deadline-exceeded':
      return `no progress for more than ${reason.seconds} s (progressDeadlineSeconds); it goes on when pods become available or the template changes`;
    case 'name-taken':
      return `the name ${reason.name} is taken by another ReplicaSet; another name is tried`;
    case 'changes-refused':
      return `the last attempt failed: ${reason.message}`;
    case 'being-deleted':
      return 'being deleted: it is neither scaled nor updated';
  }
}
