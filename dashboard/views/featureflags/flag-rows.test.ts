import test from 'ava';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { flagRowsOf } from './flag-rows.ts';

const object: FeatureFlag = {
  ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'FeatureFlag', metadata: { namespace: 'n', name: 'shop' } },
  spec: {
    flagSpec: {
      flags: {
        b: { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' },
        a: { state: 'DISABLED', variants: { x: 1 } },
      },
    },
    rules: { b: { killSwitch: { engaged: true } } },
  },
};
const rollout = {
  metadata: { namespace: 'n', name: 'web' },
  spec: { strategy: { canary: { steps: [{ gate: { flag: 'b', variant: 'on' } }] } } },
} as unknown as Rollout;

test('one row a flag, with how it stands and who heeds it', (t) => {
  const [a, b] = flagRowsOf([object], [rollout, { ...rollout, metadata: { namespace: 'm', name: 'x' } }], 0);
  t.like(a, { key: 'a', object: 'shop', type: 'number', standing: { word: 'Disabled' }, uses: [] });
  t.like(b, { key: 'b', standing: { word: 'Killed' } });
  t.deepEqual(b?.uses, [{ rollout: 'web', role: 'step 1 waits until it is "on"' }]);
});
