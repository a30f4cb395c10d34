// The greatest share that the steps of a Rollout have come to, for tests: told anew from its spec and status, step by step.
import { experimentKind } from '@gantry/api/kinds/experiment';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import { pauseMs } from '@gantry/api/kinds/rollout/pause-duration';
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';
import { HASH_LABEL, STEP_INDEX } from '@gantry/api/rollout/marks';
import { readerOf, type World } from '../../engine/toy-world.ts';
import { contentHash } from '../content-hash.ts';
import { rolloutIn, statusIn, weightIn } from './toy-rollouts.ts';

/** In percent. Pauses, gates and shares that are not there yet are not gone past. */
export function weightReached(world: World): number {
  const { spec } = rolloutIn(world);
  const { canary } = spec.strategy;
  const status = statusIn(world);
  if (canary === undefined) return 100;
  const steps = canary.steps ?? [];
  const isNew =
    status.currentPodHash !== contentHash(spec.template ?? {}, status.collisionCount ?? 0) ||
    status.currentStepHash !== contentHash(steps);
  // A full promotion that is asked for after an abort lifts it.
  const isLifted = status.promoteFull === true && status.abortedAt !== undefined;
  if (status.abort === true && !isLifted && !isNew) return 0;
  if (status.promoteFull === true && !isNew) return 100;
  const from = isNew ? 0 : Math.min(steps.length, status.currentStepIndex ?? 0);
  const limit = (weight: number): number => Math.min(weight, canary.exposure?.maxPercent ?? 100);
  let asked = Math.max(
    0,
    ...steps.slice(0, from).flatMap(({ setWeight }, at) => (isLast(steps, at, from) ? [setWeight ?? 0] : [])),
  );
  let most = limit(asked);
  for (let index = from; index < steps.length; index += 1) {
    const step = steps[index] ?? {};
    asked = step.setWeight ?? asked;
    most = Math.max(most, limit(asked));
    if (!isPast(world, step, index, limit(asked), isNew)) return most;
  }
  return spec.paused === true && from < steps.length ? most : 100;
}

/** The last share before the place. */
function isLast(steps: readonly CanaryStep[], at: number, from: number): boolean {
  return steps.slice(at + 1, from).every(({ setWeight }) => setWeight === undefined);
}

function isPast(
  world: World,
  { setWeight, pause, gate, experiment }: CanaryStep,
  index: number,
  weight: number,
  isNew: boolean,
): boolean {
  const { pauseConditions = [], controllerPause, pausedFor } = statusIn(world);
  if (setWeight !== undefined) return weightIn(world) === weight;
  if (gate !== undefined) {
    const flag = readerOf(world).get(featureFlagKind, { namespace: 'default', name: gate.flag });
    return flag?.spec.flagSpec.flags[gate.flag]?.defaultVariant === gate.variant;
  }
  if (experiment !== undefined) return hasSucceeded(world, index);
  if (pause === undefined) return true;
  const isLetGo =
    !isNew &&
    pauseConditions.length === 0 &&
    controllerPause === true &&
    pausedFor === `CanaryPauseStep/${index}`;
  if (isLetGo) return true;
  if (pause.duration === undefined || isNew) return false;
  const start = pauseConditions.find(({ reason }) => reason === 'CanaryPauseStep')?.startTime;
  return start !== undefined && Date.parse(start) + (pauseMs(pause.duration) ?? Infinity) <= world.nowMs;
}

/** Some Experiment of the step and of the template has ended well. */
function hasSucceeded(world: World, index: number): boolean {
  const { spec, status } = rolloutIn(world);
  const hash = contentHash(spec.template ?? {}, status?.collisionCount ?? 0);
  return readerOf(world)
    .list(experimentKind)
    .some(
      (one) =>
        one.metadata.labels?.[HASH_LABEL] === hash &&
        one.metadata.labels[STEP_INDEX] === String(index) &&
        one.status?.phase === 'Successful',
    );
}
