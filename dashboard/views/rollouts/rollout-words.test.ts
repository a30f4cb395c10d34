import test from 'ava';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { sentenceOf, stepText } from './rollout-words.ts';

const canary = (steps: number, status: object): Rollout =>
  ({
    spec: { strategy: { canary: { steps: Array.from({ length: steps }, () => ({ pause: {} })) } } },
    status,
  }) as unknown as Rollout;

test('the step that it is at is told as its page counts steps', (t) => {
  t.is(stepText(canary(4, { currentStepIndex: 0 })), '1 of 4');
  t.is(stepText(canary(4, { currentStepIndex: 3 })), '4 of 4');
  t.is(stepText(canary(4, { currentStepIndex: 4 })), '4 of 4', 'all are done');
  t.is(stepText(canary(4, { currentStepIndex: 0, abort: true })), undefined);
  t.is(stepText(canary(0, {})), undefined);
});

test('a word for programs is replaced by the reason for people', (t) => {
  t.is(sentenceOf('CanaryPauseStep', ['paused by a step']), 'paused by a step');
  t.is(sentenceOf('CanaryPauseStep'), 'CanaryPauseStep');
  t.is(sentenceOf('more replicas need to be updated', ['x']), 'more replicas need to be updated');
});
