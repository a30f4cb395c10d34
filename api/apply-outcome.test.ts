import test from 'ava';
import { applyOutcome } from './apply-outcome.ts';

test('the revision tells whether anything was written', (t) => {
  const at = (resourceVersion: string) => ({ apiVersion: 'v1', kind: 'X', metadata: { resourceVersion } });
  t.is(applyOutcome(undefined, at('1')), 'created');
  t.is(applyOutcome(at('1'), at('1')), 'unchanged');
  t.is(applyOutcome(at('1'), at('2')), 'configured');
});
