// Where updates stand, read off the status of a Rollout: told anew, not taken from the controller.
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';
import { isDeleting } from '../object-reading.ts';
import type { WorldView } from '../world-view.ts';

/** A version is on its way to become the stable one, and nobody has taken it back. */
export function isUnderWay({ status = {} }: Rollout): boolean {
  const { stableRS = '', currentPodHash = '', abort } = status;
  return stableRS !== '' && currentPodHash !== '' && stableRS !== currentPodHash && abort !== true;
}

/** The status tells of the present spec, and nothing is on its way by itself. */
export function isAtAPlace({ metadata, status = {} }: Rollout): boolean {
  return status.observedGeneration === String(metadata.generation ?? 1) && status.phase !== 'Progressing';
}

/** All Rollouts that are at a place and are to stay. */
export function placedRollouts(view: WorldView): Rollout[] {
  const rollouts = [...view.objects('Rollout').values()].map((object) => object as Rollout);
  return rollouts.filter((rollout) => !isDeleting(rollout) && isAtAPlace(rollout));
}

/** Its steps; none where it is no canary. */
export function stepsIn({ spec }: Rollout): readonly CanaryStep[] {
  return spec.strategy.canary?.steps ?? [];
}
