import test from 'ava';
import type { FeatureFlagSpec } from '../kinds/feature-flag.ts';
import { CHANGE_REASON_ANNOTATION } from '../change-history.ts';
import { defaultVariantChange, flagPatch, killSwitchChange, stateChange } from './flag-patch.ts';

const spec: FeatureFlagSpec = {
  flagSpec: { flags: { a: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' } } },
};
const A = { spec, key: 'a', nowMs: Date.parse('2026-06-02T00:00:00Z') };

test('what is changed by hand counts at once, also after a change on schedule', (t) => {
  const schedule = [
    { at: '2026-06-01T00:00:00Z', state: 'DISABLED' as const },
    { at: '2026-06-03T00:00:00Z', variant: 'off' },
  ];
  const now = { ...A, spec: { ...spec, rules: { a: { schedule } } } };
  t.deepEqual(defaultVariantChange(now, 'on'), {
    flagSpec: { flags: { a: { state: 'DISABLED', defaultVariant: 'on' } } },
    rules: { a: { schedule: schedule.slice(1) } },
  });
  const later = { ...now, nowMs: Date.parse('2026-06-04T00:00:00Z') };
  t.deepEqual(stateChange(later, 'ENABLED'), {
    flagSpec: { flags: { a: { state: 'ENABLED', defaultVariant: 'off' } } },
    rules: { a: { schedule: null } },
  });
});

test('each change touches only its own fields', (t) => {
  t.deepEqual(defaultVariantChange(A, 'on'), { flagSpec: { flags: { a: { defaultVariant: 'on' } } } });
  t.deepEqual(stateChange(A, 'DISABLED'), { flagSpec: { flags: { a: { state: 'DISABLED' } } } });
  t.deepEqual(killSwitchChange('a', true), { rules: { a: { killSwitch: { engaged: true } } } });
  t.deepEqual(killSwitchChange('a', true, 'off'), {
    rules: { a: { killSwitch: { engaged: true }, offVariant: 'off' } },
  });
});

test('a reason is said of this change only', (t) => {
  const change = stateChange(A, 'ENABLED');
  const old = { metadata: { name: 'x', annotations: { [CHANGE_REASON_ANNOTATION]: 'before' } } };
  const reasonIn = (reason: string | null) => ({
    metadata: { annotations: { [CHANGE_REASON_ANNOTATION]: reason } },
    spec: change,
  });
  t.deepEqual(flagPatch({ metadata: { name: 'x' } }, change, undefined), { spec: change });
  t.deepEqual(flagPatch(old, change, undefined), reasonIn(null));
  t.deepEqual(flagPatch(old, change, 'now'), reasonIn('now'));
});
