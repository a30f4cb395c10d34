// Whoever waits is told what for.
import type { Pod } from '@gantry/api/kinds/pod';
import type { Bounds } from './bounds.ts';
import { containersOf } from './held-up-pods.ts';
import { isActive, titleOf } from './object-reading.ts';
import { createLookTimer } from './settled.ts';
import type { Invariant } from './world-view.ts';

/** Of pods in a settled world. */
export function createEveryWaitExplained(bounds: Pick<Bounds, 'settleMs'>): Invariant {
  const isTime = createLookTimer(bounds);
  return {
    name: 'every-wait-explained',
    sentence:
      'In a calm world every pod that waits says what for: a condition of the scheduler, or a reason of its container.',
    check(view) {
      if (!isTime(view)) return undefined;
      const silent = [...view.objects('Pod').values()].find(
        (pod) => isActive(pod as Pod) && waitsSilently(pod as Pod),
      );
      return silent === undefined ? undefined : `${titleOf(silent)} waits, and nobody says what for`;
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
