import test from 'ava';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { stepStates } from './step-states.ts';

const rollout = (status: Rollout['status']): Rollout => ({
  apiVersion: 'gantry.dev/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', generation: 2 },
  spec: { strategy: { canary: { steps: [{ setWeight: 10 }, { pause: {} }, { setWeight: 50 }] } } },
  status: { observedGeneration: '2', phase: 'Progressing', ...status },
});
const statesOf = (status: Rollout['status']): string[] =>
  stepStates(rollout(status)).map(({ state }) => state);

test('the step under way is lit, those before it are done', (t) => {
  const under = { stableRS: 'a', currentPodHash: 'b', currentStepIndex: 1 };
  t.deepEqual(statesOf(under), ['done', 'present', 'ahead']);
});

test('without an update all are done', (t) => {
  t.deepEqual(statesOf({ stableRS: 'a', currentPodHash: 'a', currentStepIndex: 3 }), [
    'done',
    'done',
    'done',
  ]);
});

test('of an aborted update none holds', (t) => {
  const aborted = { stableRS: 'a', currentPodHash: 'b', currentStepIndex: 0, abort: true };
  t.deepEqual(statesOf(aborted), ['void', 'void', 'void']);
});
