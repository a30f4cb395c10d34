// Whoever waits is told what for.
import type { Pod } from '@gantry/api/kinds/pod';
import type { Bounds } from './bounds.ts';
import { containersOf } from './held-up-pods.ts';
import { isActive, isOnDownHost, titleOf, uidOf } from './object-reading.ts';
import { createLookTimer } from './settled.ts';
import type { Invariant } from './world-view.ts';

/**
 * Of pods in a settled world. A pod that has just come to wait may not have been told yet; for one that is bound to a host
 * that is down, the Node says it.
 */
export function createEveryWaitExplained(bounds: Pick<Bounds, 'settleMs' | 'reportMs'>): Invariant {
  const isTime = createLookTimer(bounds);
  const silentSinceMs = new Map<string, number>();
  return {
    name: 'every-wait-explained',
    sentence:
      'In a calm world every pod that waits says what for: a condition of the scheduler, or a reason of its container.',
    check(view) {
      if (!isTime(view)) return undefined;
      const silent = [...view.objects('Pod').values()].filter(
        (pod) => isActive(pod as Pod) && !isOnDownHost(pod as Pod, view) && waitsSilently(pod as Pod),
      );
      const uids = new Set(silent.map(uidOf));
      for (const uid of silentSinceMs.keys()) if (!uids.has(uid)) silentSinceMs.delete(uid);
      for (const pod of silent) {
        const sinceMs = silentSinceMs.get(uidOf(pod)) ?? view.nowMs;
        silentSinceMs.set(uidOf(pod), sinceMs);
        if (view.nowMs - sinceMs > bounds.reportMs)
          return `${titleOf(pod)} has been waiting for ${view.nowMs - sinceMs} ms, and nobody says what for`;
      }
      return undefined;
    },
  };
}

function waitsSilently(pod: Pod): boolean {
  if (pod.status?.phase === 'Running') return false;
  if ((pod.spec.nodeName ?? '') === '') {
    const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    return scheduled?.status !== 'False' || (scheduled.message ?? '') === '';
  }
  return !containersOf(pod).some(
    ({ state }) => (state?.waiting?.reason ?? '') !== '' || state?.running !== undefined,
  );
}
