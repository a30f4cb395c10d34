// Reads off a plan why it does what it does, and what the DaemonSet waits for.
import type { DaemonSet, DaemonSetStatus } from '@gantry/api/kinds/daemon-set';
import type { ActionFailure } from '../../engine/controller.ts';
import type { PodChanges } from './manage-nodes.ts';
import type { DaemonSetReason } from './reasons.ts';
import { isRolling } from './rolling-update.ts';

/** The reasons of a plan, the weightiest first. */
export function reasonsFor(
  daemonSet: DaemonSet,
  nodes: number,
  { create, remove, waiting }: PodChanges,
  status: DaemonSetStatus,
  takenName: string | undefined,
  failure: ActionFailure | undefined,
): DaemonSetReason[] {
  const reasons: DaemonSetReason[] = [];
  if (failure !== undefined) reasons.push({ type: 'changes-refused', message: failure.message });
  if (takenName !== undefined) reasons.push({ type: 'name-taken', name: takenName });
  if (create.length > 0) {
    reasons.push({ type: 'creating-pods', nodes: create.map(({ nodeName }) => nodeName) });
  }
  for (const why of new Set(remove.map((removal) => removal.why))) {
    const names = remove.filter((one) => one.why === why).map(({ pod }) => pod.metadata.name ?? '');
    reasons.push({ type: 'deleting-pods', names, why });
  }
  for (const { pod, forMs } of waiting) {
    reasons.push({ type: 'failed-pod-backs-off', name: pod.metadata.name ?? '', forMs });
  }
  return [...reasons, ...waitsOf(daemonSet, nodes, status)];
}

function waitsOf(daemonSet: DaemonSet, nodes: number, status: DaemonSetStatus): DaemonSetReason[] {
  const { desiredNumberScheduled: total, currentNumberScheduled: current } = status;
  const { numberAvailable: available = 0, updatedNumberScheduled: updated = 0 } = status;
  if (total === 0) return [{ type: 'no-node-fits', nodes }];
  const waits: DaemonSetReason[] = [];
  if (available < total) waits.push({ type: 'waiting-for-available', available, total });
  if (updated < current && isRolling(daemonSet)) waits.push({ type: 'waiting-for-update', updated, total });
  if (updated < current && !isRolling(daemonSet)) {
    waits.push({ type: 'updated-on-delete', outdated: current - updated });
  }
  return waits;
}
