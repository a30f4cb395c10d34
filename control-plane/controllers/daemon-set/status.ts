// A DaemonSet's status: how many nodes have what they should.
import type { DaemonSet, DaemonSetStatus } from '@gantry/api/kinds/daemon-set';
import { nonZero } from '../count-fields.ts';
import { isAvailable, isReady } from '../pod-condition.ts';
import { isUpdated, type NodeRoom } from './node-room.ts';

/** The status as of now. @param hash of the current version; undefined while it has none. */
export function daemonSetStatus(
  daemonSet: DaemonSet,
  rooms: readonly NodeRoom[],
  hash: string | undefined,
  collisionCount: number,
  nowMs: number,
): DaemonSetStatus {
  const { minReadySeconds = 0 } = daemonSet.spec;
  const wanted = rooms.filter(({ shouldRun }) => shouldRun);
  const first = wanted.map(({ pods }) => pods[0]).filter((pod) => pod !== undefined);
  const available = first.filter((pod) => isAvailable(pod, minReadySeconds, nowMs)).length;
  const conditions = daemonSet.status?.conditions;
  return {
    currentNumberScheduled: first.length,
    desiredNumberScheduled: wanted.length,
    numberMisscheduled: rooms.filter(({ shouldRun, pods }) => !shouldRun && pods.length > 0).length,
    numberReady: first.filter(isReady).length,
    ...nonZero({
      updatedNumberScheduled: first.filter((pod) => hash !== undefined && isUpdated(pod, hash)).length,
      numberAvailable: available,
      numberUnavailable: wanted.length - available,
      collisionCount,
    }),
    observedGeneration: daemonSet.metadata.generation ?? 0,
    ...(conditions === undefined ? {} : { conditions }),
  };
}
