import test from 'ava';
import { CHANGE_REASON_ANNOTATION } from '../change-history.ts';
import { defaultVariantChange, flagPatch, killSwitchChange, stateChange } from './flag-patch.ts';

test('each change touches only its own fields', (t) => {
  t.deepEqual(defaultVariantChange('a', 'on'), { flagSpec: { flags: { a: { defaultVariant: 'on' } } } });
  t.deepEqual(stateChange('a', 'DISABLED'), { flagSpec: { flags: { a: { state: 'DISABLED' } } } });
  t.deepEqual(killSwitchChange('a', true), { rules: { a: { killSwitch: { engaged: true } } } });
  t.deepEqual(killSwitchChange('a', true, 'off'), {
    rules: { a: { killSwitch: { engaged: true }, offVariant: 'off' } },
  });
});

test('a reason is said of this change only', (t) => {
  const change = stateChange('a', 'ENABLED');
  const old = { metadata: { name: 'x', annotations: { [CHANGE_REASON_ANNOTATION]: 'before' } } };
  const reasonIn = (reason: string | null) => ({
    metadata: { annotations: { [CHANGE_REASON_ANNOTATION]: reason } },
    spec: change,
  });
  t.deepEqual(flagPatch({ metadata: { name: 'x' } }, change, undefined), { spec: change });
  t.deepEqual(flagPatch(old, change, undefined), reasonIn(null));
  t.deepEqual(flagPatch(old, change, 'now'), reasonIn('now'));
});
