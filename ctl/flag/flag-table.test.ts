// Flags as rows.
import test from 'ava';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import { flagRows, valueText } from './flag-table.ts';

test('one row a flag, ordered by key', (t) => {
  const object: FeatureFlag = {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'FeatureFlag',
    metadata: { name: 'web', namespace: 'team' },
    spec: {
      flagSpec: {
        flags: {
          b: { state: 'DISABLED', variants: { on: true } },
          a: { state: 'ENABLED', variants: { on: 1, off: 0 }, defaultVariant: 'off', targeting: { if: [] } },
        },
      },
    },
  };
  t.deepEqual(flagRows([object], false), [
    ['NAME', 'KEY', 'STATE', 'DEFAULT', 'VARIANTS', 'TARGETING'],
    ['web', 'a', 'ENABLED', 'off', 'on,off', 'if'],
    ['web', 'b', 'DISABLED', '<none>', 'on', '<none>'],
  ]);
  t.is(flagRows([object], true)[1]?.[0], 'team');
});

test('values in one line', (t) => {
  t.deepEqual([true, 'a b', { a: 1 }, undefined].map(valueText), ['true', 'a b', '{"a":1}', '<none>']);
  t.is(valueText('x'.repeat(50)), `${'x'.repeat(39)}…`);
});
