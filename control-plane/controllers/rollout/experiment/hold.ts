// The mark by which a Rollout keeps the pods of its Experiment: set when it is made, taken off once no proxy leads there, and
// never set again. Pure.
import type { Experiment } from '@gantry/api/kinds/experiment';
import { EXPERIMENT_ROUTED } from '@gantry/api/rollout/marks';

/** Requests may be led to its pods, now or before. */
export function isHeld({ metadata }: Experiment): boolean {
  return metadata.annotations?.[EXPERIMENT_ROUTED] === 'true';
}

/** Without the mark. */
export function released(experiment: Experiment): Experiment {
  const { [EXPERIMENT_ROUTED]: _, ...annotations } = experiment.metadata.annotations ?? {};
  return { ...experiment, metadata: { ...experiment.metadata, annotations } };
}
