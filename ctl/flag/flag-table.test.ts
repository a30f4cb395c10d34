// Flags as rows.
import test from 'ava';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import { flagData, flagRows, valueText } from './flag-table.ts';

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
  t.deepEqual(flagRows([object], false, 0), [
    ['NAME', 'KEY', 'STATE', 'DEFAULT', 'VARIANTS', 'TARGETING'],
    ['web', 'a', 'ENABLED', 'off', 'on,off', 'if'],
    ['web', 'b', 'DISABLED', '<none>', 'on', '<none>'],
  ]);
  t.is(flagRows([object], true, 0)[1]?.[0], 'team');
});

test('a flag stands as its kill switch and its schedule have made it', (t) => {
  const at = '2026-06-01T00:00:00Z';
  const schedule = [{ at, state: 'DISABLED' as const, variant: 'on' }];
  const flag = { state: 'ENABLED' as const, variants: { on: 1, off: 0 }, defaultVariant: 'off' };
  const rules = { a: { schedule }, b: { schedule, killSwitch: { engaged: true }, offVariant: 'off' } };
  const spec = { flagSpec: { flags: { a: flag, b: flag } }, rules };
  const metadata = { name: 'web', namespace: 'team' };
  const object: FeatureFlag = { apiVersion: 'gantry.dev/v1alpha1', kind: 'FeatureFlag', metadata, spec };
  const standing = (nowMs: number): string[][] =>
    flagRows([object], false, nowMs).map(([, key = '', state = '', variant = '']) => [key, state, variant]);
  t.deepEqual(standing(Date.parse(at) - 1).slice(1), [
    ['a', 'ENABLED', 'off'],
    ['b', 'KILLED', 'off'],
  ]);
  t.deepEqual(standing(Date.parse(at))[1], ['a', 'DISABLED', 'on']);
  t.like(flagData([object], Date.parse(at)), [
    { namespace: 'team', name: 'web', key: 'a', state: 'DISABLED', defaultVariant: 'on', rules: rules.a },
    { key: 'b', state: 'KILLED' },
  ]);
});

test('values in one line', (t) => {
  t.deepEqual([true, 'a b', { a: 1 }, undefined].map(valueText), ['true', 'a b', '{"a":1}', '<none>']);
  t.is(valueText(''), '""');
  t.is(valueText('x'.repeat(50)), `${'x'.repeat(39)}…`);
});
