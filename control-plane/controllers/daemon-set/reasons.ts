// Why a DaemonSet's plan does what it does, or waits.
import type { Reason } from '../../engine/controller.ts';
import { counted, secondsText } from '../counted.ts';

/** Closed: each has its sentence below. */
export type DaemonSetReason =
  | { type: 'no-node-fits'; nodes: number }
  | { type: 'creating-pods'; nodes: readonly string[] }
  | { type: 'deleting-pods'; names: readonly string[]; why: string }
  | { type: 'failed-pod-backs-off'; name: string; forMs: number }
  | { type: 'waiting-for-available'; available: number; total: number }
  | { type: 'waiting-for-update'; updated: number; total: number }
  | { type: 'updated-on-delete'; outdated: number }
  | { type: 'name-taken'; name: string }
  | { type: 'changes-refused'; message: string }
  | { type: 'being-deleted' };

/** Names that are listed one by one. */
const NAMES_SHOWN = 5;

/** The reason as a sentence. */
export function describeDaemonSetReason(given: Reason): string {
  const reason = given as DaemonSetReason;
  switch (reason.type) {
    case 'no-node-fits':
      return reason.nodes === 0
        ? 'there are no nodes yet; each that joins gets a pod'
        : `none of ${counted(reason.nodes, 'node')} answers to the template's node selector, affinity and tolerations`;
    case 'creating-pods':
      return `creating a pod on ${listed(reason.nodes)}`;
    case 'deleting-pods':
      return `deleting ${listed(reason.names)}: ${reason.why}`;
    case 'failed-pod-backs-off':
      return `pod ${reason.name} has failed; it is replaced in ${secondsText(reason.forMs)}`;
    case 'waiting-for-available':
      return `waiting for ${reason.total - reason.available} of ${counted(reason.total, 'node')} to have an available pod`;
    case 'waiting-for-update':
      return `the new version runs on ${reason.updated} of ${counted(reason.total, 'node')}`;
    case 'updated-on-delete':
      return reason.outdated === 1
        ? '1 old pod stays until you delete it (updateStrategy OnDelete)'
        : `${reason.outdated} old pods stay until you delete them (updateStrategy OnDelete)`;
    case 'name-taken':
      return `the name ${reason.name} is taken by another ControllerRevision; another name is tried`;
    case 'changes-refused':
      return `the last attempt failed: ${reason.message}`;
    case 'being-deleted':
      return 'being deleted: no pods are made or removed';
  }
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return [...names.slice(0, NAMES_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
