// Why a ReplicaSet's plan does what it does, or waits.
import type { Reason } from '../../engine/controller.ts';
import { counted } from '../counted.ts';

/** Closed: each has its sentence below. */
export type ReplicaSetReason =
  | { type: 'scaling-up'; by: number; to: number }
  | { type: 'scaling-down'; by: number; to: number }
  | { type: 'waiting-for-ready-pods'; ready: number; total: number }
  | { type: 'waiting-for-min-ready-seconds'; available: number; total: number; minReadySeconds: number }
  | { type: 'changes-refused'; message: string }
  | { type: 'being-deleted' };

/** The reason as a sentence. */
export function describeReplicaSetReason(given: Reason): string {
  const reason = given as ReplicaSetReason;
  switch (reason.type) {
    case 'scaling-up':
      return `creating ${reason.by} of ${counted(reason.to, 'pod')}`;
    case 'scaling-down':
      return `deleting ${counted(reason.by, 'pod')}, ${reason.to} to remain`;
    case 'waiting-for-ready-pods':
      return `waiting for ${reason.total - reason.ready} of ${counted(reason.total, 'pod')} to become ready`;
    case 'waiting-for-min-ready-seconds':
      return `waiting until ${reason.total - reason.available} of ${counted(reason.total, 'pod')} have been ready for ${reason.minReadySeconds} s (minReadySeconds)`;
    case 'changes-refused':
      return `the last attempt failed: ${reason.message}`;
    case 'being-deleted':
      return 'being deleted: no pods are made or removed';
  }
}
