import test from 'ava';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { rolloutFlags } from './rollout-flags.ts';

const rollout: Rollout = {
  ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'Rollout', metadata: { name: 'web', namespace: 'shop' } },
  spec: {
    strategy: {
      canary: {
        killSwitch: { flag: 'stop', variant: 'on' },
        steps: [
          { setWeight: 10 },
          { gate: { flag: 'ready', variant: 'on' } },
          { setFlag: { flag: 'new', variant: 'on' } },
        ],
      },
    },
  },
};
const flags: FeatureFlag = {
  ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'FeatureFlag', metadata: { name: 'shop-flags' } },
  spec: {
    flagSpec: { flags: { ready: { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' } } },
  },
};

test('what each flag does, and how it stands', (t) => {
  const found = rolloutFlags(rollout, [flags]);
  t.deepEqual(
    found.map(({ key, object }) => [key, object]),
    [
      ['ready', 'shop-flags'],
      ['new', undefined],
      ['stop', undefined],
    ],
  );
  t.is(found[0]?.role, 'step 2 waits until it is "on"');
  t.is(found[0]?.standing, 'ENABLED, default variant "on"');
  t.regex(found[1]?.standing ?? '', /the rollout waits/);
});
