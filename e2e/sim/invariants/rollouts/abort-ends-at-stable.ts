// An aborted update ends where it began: all traffic is the stable version's.
import type { Pod } from '@gantry/api/kinds/pod';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import type { Bounds } from '../bounds.ts';
import { heldUpBy } from '../held-up-pods.ts';
import { isDeleting, ownerUidOf, titleOf, uidOf } from '../object-reading.ts';
import { createLookTimer } from '../settled.ts';
import type { Invariant, WorldView } from '../world-view.ts';
import { besideOf, servicesOf, sideShare, versionOf } from './rollout-reading.ts';

/** Where the stable version gives up pods as it loses traffic, it is led back to only as it gets them again. */
export function createAbortEndsAtStable(bounds: Pick<Bounds, 'settleMs'>): Invariant {
  const isTime = createLookTimer(bounds);
  return {
    name: 'abort-ends-at-stable',
    sentence:
      'Within a bound after the world became calm an aborted Rollout has all its traffic at the stable version.',
    check(view) {
      if (!isTime(view)) return undefined;
      for (const object of view.objects('Rollout').values()) {
        const rollout = object as Rollout;
        if (isDeleting(rollout) || lacksStablePods(rollout, view)) continue;
        const found = wrongAfterAbort(rollout, view);
        if (found !== undefined) return `${titleOf(rollout)} was aborted, ${found}`;
      }
      return undefined;
    },
  };
}

function lacksStablePods({ spec, status }: Rollout, view: WorldView): boolean {
  if (spec.strategy.canary?.dynamicStableScale !== true) return false;
  return [...view.objects('Pod').values()].some(
    (pod) => versionOf(pod) === status?.stableRS && heldUpBy(pod as Pod) !== undefined,
  );
}

/** What is not as it is to be after an abort; undefined where there was none, or all is. */
export function wrongAfterAbort(rollout: Rollout, view: Pick<WorldView, 'objects'>): string | undefined {
  const { abort, stableRS = '', phase } = rollout.status ?? {};
  if (abort !== true || stableRS === '') return undefined;
  if (phase !== 'Degraded') return `and is ${phase ?? 'in no phase'}`;
  const { main } = servicesOf(rollout);
  const led = main === undefined ? undefined : besideOf(rollout, main, view.objects('Service').values());
  if (led !== undefined && versionOf(led) !== stableRS)
    return `and ${titleOf(led)} leads to version ${versionOf(led)}, where ${stableRS} is the stable one`;
  for (const split of view.objects('TrafficSplit').values()) {
    const { weight = 0 } = sideShare(split as TrafficSplit) ?? {};
    if (ownerUidOf(split) === uidOf(rollout) && weight > 0)
      return `and has ${weight} % of the traffic elsewhere`;
  }
  return undefined;
}
