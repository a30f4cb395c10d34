// The steps of a canary in a line, the present one in brackets. Pure.
import type { Rollout } from '../kinds/rollout.ts';
import { stepText } from './asked.ts';
import { stepsOf } from './settings.ts';
import { standingOf } from './standing.ts';

/** Steps shown before and after the present one. */
const BEFORE_MAX = 4;
const AFTER_MAX = 6;
const ARROW = ' > ';

/** `setWeight 20 > [pause] > setWeight 50 (2 of 3)`; undefined where there are none. */
export function stepLine(rollout: Rollout): string | undefined {
  const steps = stepsOf(rollout.spec);
  if (steps.length === 0) return undefined;
  const { isAborted, isUpdating } = standingOf(rollout);
  const isFirst = (rollout.status?.stableRS ?? '') === '';
  const index = Math.min(steps.length, rollout.status?.currentStepIndex ?? 0);
  const isAt = isUpdating && !isAborted && index < steps.length;
  const from = isAt ? Math.max(0, index - BEFORE_MAX) : 0;
  const to = Math.min(steps.length, (isAt ? index : from + BEFORE_MAX) + 1 + AFTER_MAX);
  const words = steps.slice(from, to).map((step, at) => {
    const text = stepText(step);
    return isAt && from + at === index ? `[${text}]` : text;
  });
  const cut = [...(from > 0 ? ['…'] : []), ...words, ...(to < steps.length ? ['…'] : [])];
  return `${cut.join(ARROW)} (${isFirst ? 'the first version takes none' : placeText(steps.length, index, isAt, isAborted)})`;
}

function placeText(count: number, index: number, isAt: boolean, isAborted: boolean): string {
  if (isAborted) return `aborted, none of ${count} holds`;
  return isAt ? `${index + 1} of ${count}` : `all ${count} done`;
}

/** `step 2 of 6 (pause 10m)`; undefined where none is under way. */
export function presentStepText(rollout: Rollout): string | undefined {
  const steps = stepsOf(rollout.spec);
  const { isUpdating, isAborted } = standingOf(rollout);
  const index = rollout.status?.currentStepIndex ?? 0;
  const step = steps[index];
  if (!isUpdating || isAborted || step === undefined) return undefined;
  return `step ${index + 1} of ${steps.length} (${stepText(step)})`;
}
