import test from 'ava';
import { applyOutcome } from './apply-outcome.ts';

test('the revision tells whether anything was written', (t) => {
  const at = (resourceVersion: string) => ({ apiVersion: 'v1', kind: 'X', metadata: { resourceVersion } });
  t.is(applyOutcome(undefined, at('1')), 'created');
  t.is(applyOutcome(at('1'), at('1')), 'unchanged');
  t.is(applyOutcome(at('1'), at('2')), 'configured');
});

test('a trial, which leaves the version as it was, is told by what would be other', (t) => {
  const object = (colour: string, time: string) => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { colour } },
    metadata: { name: 'x', resourceVersion: '1', managedFields: [{ manager: 'gantry', time }] },
  });
  t.is(applyOutcome(object('blue', 'a'), object('red', 'b')), 'configured');
  t.is(applyOutcome(object('blue', 'a'), object('blue', 'b')), 'unchanged');
});
