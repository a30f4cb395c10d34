// What is said to who kills a flag that is a kill switch.
import test from 'ava';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { switchesTurnedOff } from './kill-switches.ts';

function flag(offVariant?: string): FeatureFlag {
  const rules = {
    stop: { killSwitch: { engaged: true }, ...(offVariant === undefined ? {} : { offVariant }) },
  };
  const stop = { state: 'ENABLED' as const, variants: { off: false, on: true }, defaultVariant: 'on' };
  return {
    ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'FeatureFlag', metadata: { name: 'shop' } },
    spec: { flagSpec: { flags: { stop } }, rules },
  };
}

function rollout(name: string, killSwitch?: { flag: string; variant?: string }): Rollout {
  return {
    ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'Rollout', metadata: { name } },
    spec: { strategy: { canary: killSwitch === undefined ? {} : { killSwitch } } },
  };
}

const said = (object: FeatureFlag, ...rollouts: Rollout[]): string | undefined =>
  switchesTurnedOff(object, 'stop', rollouts, 0);

test('nothing where it is no kill switch', (t) => {
  t.is(said(flag(), rollout('web'), rollout('api', { flag: 'other' })), undefined);
});

test('a switch that is off now is named, and what throws it', (t) => {
  t.is(
    said(flag(), rollout('web', { flag: 'stop' })),
    'It is the kill switch of Rollout web, which is off now. gantry flag kill shop stop --variant on throws it.',
  );
  t.is(
    said(
      flag('off'),
      ...['a', 'b', 'c', 'd'].map((name) => rollout(name, { flag: 'stop', variant: 'off2' })),
    ),
    'It is the kill switch of Rollouts a, b, c and 1 more, which is off now. gantry flag kill shop stop --variant off2 throws it.',
  );
});

test('nothing where the variant while it is off throws it', (t) => {
  t.is(said(flag('on'), rollout('web', { flag: 'stop' })), undefined);
});
