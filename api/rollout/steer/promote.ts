// `gantry rollout promote`: lets an update go on, past a pause, a step, or all that is left. Pure.
import type { Rollout } from '../../kinds/rollout.ts';
import { stepText } from '../asked.ts';
import { stepsOf } from '../settings.ts';
import { standingOf } from '../standing.ts';
import { presentStepText } from '../step-line.ts';
import { followingAbort } from './retry.ts';
import { nothing, ofSpec, ofStatus, watchCommand, type Steering, type SteeringPatch } from './steering.ts';

/** At most one of `full`, `skipCurrentStep` and `skipAllSteps`; `force` goes with `full`. */
export interface PromoteFlags {
  full?: boolean;
  force?: boolean;
  skipCurrentStep?: boolean;
  skipAllSteps?: boolean;
}

/** What is wrong with the flags together; undefined when nothing is. */
export function promoteFlagsProblem(flags: PromoteFlags): string | undefined {
  const named = [
    flags.full === true ? '--full' : undefined,
    flags.skipCurrentStep === true ? '--skip-current-step' : undefined,
    flags.skipAllSteps === true ? '--skip-all-steps' : undefined,
  ].filter((name) => name !== undefined);
  if (named.length > 1) return `Use only one of ${named.join(' and ')}.`;
  return flags.force === true && flags.full !== true ? '--force goes with --full.' : undefined;
}

/** What to do. */
export function promotion(rollout: Rollout, flags: PromoteFlags): Steering {
  const { metadata, status = {} } = rollout;
  const name = metadata.name ?? '';
  const { isSeen, isUpdating, isAborted } = standingOf(rollout);
  const following = isAborted ? followingAbort(rollout) : undefined;
  if (following !== undefined) return following;
  if (isAborted && flags.full !== true)
    return nothing(
      'the update is aborted: there is nothing to promote',
      `Begin it anew: gantry rollout retry ${name}. Or pass over its steps: gantry rollout promote ${name} --full`,
    );
  if (!isUpdating && rollout.spec.paused !== true) {
    if (!isSeen) return nothing('its last change has not been seen yet: try again in a moment');
    const { stableRS = '' } = status;
    return nothing(
      stableRS === '' ? 'its first version takes no steps' : 'already fully promoted',
      `Bring a new version: gantry rollout set-image ${name} CONTAINER=IMAGE`,
    );
  }
  if (flags.full === true) return fully(rollout, name, flags.force === true);
  if (flags.skipCurrentStep === true || flags.skipAllSteps === true)
    return skipping(rollout, name, flags.skipAllSteps === true);
  return letGo(rollout, name);
}

function fully({ spec, status = {} }: Rollout, name: string, isForced: boolean): Steering {
  if (status.promoteFull === true)
    return nothing('is being promoted fully already', `See how far it is: ${watchCommand(name)}`);
  const stable = isForced ? ', whether or not the stable version works' : '';
  return {
    type: 'change',
    patches: [ofStatus({ promoteFull: true })],
    done: `promoted fully: steps, pauses and analyses are passed over${stable}; it waits for the new version's own pods only`,
    next:
      spec.paused === true
        ? `It is paused by spec.paused and goes on once it is not: gantry rollout resume ${name}`
        : `See how it goes on: ${watchCommand(name)}`,
  };
}

function skipping(rollout: Rollout, name: string, isAll: boolean): Steering {
  const steps = stepsOf(rollout.spec);
  const { currentStepIndex: index = 0, pauseConditions = [] } = rollout.status ?? {};
  const step = steps[index];
  if (steps.length === 0)
    return nothing(
      'has no steps to skip',
      `Pass over pauses and analyses: gantry rollout promote ${name} --full`,
    );
  if (step === undefined)
    return nothing(`all ${steps.length} steps are done`, `See what is left: ${watchCommand(name)}`);
  const to = isAll ? steps.length : index + 1;
  // A pause belongs to the step that is skipped: left behind, it would count for the next one.
  const status = { ...(pauseConditions.length > 0 ? { pauseConditions: null } : {}), currentStepIndex: to };
  return {
    type: 'change',
    patches: [ofStatus(status)],
    done: isAll
      ? `skipped the steps from ${index + 1} to ${steps.length}: the new version takes over`
      : `skipped step ${index + 1} of ${steps.length} (${stepText(step)})`,
    next: `See how it goes on: ${watchCommand(name)}`,
  };
}

function letGo(rollout: Rollout, name: string): Steering {
  const { pauseConditions = [] } = rollout.status ?? {};
  const isPaused = rollout.spec.paused === true;
  const patches: SteeringPatch[] = [
    ...(pauseConditions.length > 0 ? [ofStatus({ pauseConditions: null })] : []),
    ...(isPaused ? [ofSpec({ paused: false })] : []),
  ];
  if (patches.length === 0) {
    const place = presentStepText(rollout);
    return nothing(
      `is not paused${place === undefined ? '' : `: it is at ${place}`}`,
      `Go on without waiting: gantry rollout promote ${name} ${place === undefined ? '--full' : '--skip-current-step'}`,
    );
  }
  const reasons = [...pauseConditions.map(({ reason }) => reason), ...(isPaused ? ['spec.paused'] : [])];
  return {
    type: 'change',
    patches,
    done: `promoted: it goes on (was paused by ${reasons.join(', ')})`,
    next: `See how it goes on: ${watchCommand(name)}`,
  };
}
