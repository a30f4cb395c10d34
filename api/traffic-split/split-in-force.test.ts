// A split while a flag may take its traffic back.
import test from 'ava';
import { prepareFlags } from '../flags/evaluate-flag.ts';
import type { TrafficSplit } from '../kinds/traffic-split.ts';
import { splitInForce } from './split-in-force.ts';

const NOW_MS = Date.parse('2026-11-29T12:00:00Z');
const SPLIT: TrafficSplit = {
  apiVersion: 'gantry.dev/v1alpha1',
  kind: 'TrafficSplit',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    service: 'web',
    rules: [
      {
        name: 'route/beta',
        matches: [{ cookies: [{ name: 'beta', value: 'yes' }] }],
        backends: [{ service: 'new', weight: 100 }],
        mirror: { service: 'new', percent: 10 },
      },
      {
        backends: [
          { service: 'new', weight: 50 },
          { service: 'web', weight: 50 },
        ],
        sticky: { by: { header: 'x-user' }, salt: 'web' },
      },
    ],
    killSwitch: { flag: 'stop', targetingKey: 'web' },
  },
};
const BOOLEAN = { state: 'ENABLED' as const, variants: { on: true, off: false } };
const flags = (defaultVariant: string, rules = {}) =>
  prepareFlags({ flags: { stop: { ...BOOLEAN, defaultVariant } } }, { rules });

test('while the switch is thrown all requests stay, and nobody is copied any', (t) => {
  const { spec } = splitInForce(SPLIT, flags('on'), NOW_MS);
  const home = [
    { service: 'new', weight: 0 },
    { service: 'web', weight: 100 },
  ];
  const [beta, rest] = SPLIT.spec.rules;
  t.deepEqual(spec.rules, [
    { name: beta?.name, matches: beta?.matches, backends: home },
    { ...rest, backends: home },
  ]);
});

test('the variant that is named counts, and the time', (t) => {
  const killSwitch = { flag: 'stop', variant: 'off', targetingKey: 'web' };
  const split = { ...SPLIT, spec: { ...SPLIT.spec, killSwitch } };
  t.not(splitInForce(split, flags('off'), NOW_MS), split);
  t.is(splitInForce(split, flags('on'), NOW_MS), split);
  const planned = flags('off', {
    stop: { schedule: [{ at: new Date(NOW_MS).toISOString(), variant: 'on' }] },
  });
  t.is(splitInForce(SPLIT, planned, NOW_MS - 1), SPLIT);
  t.not(splitInForce(SPLIT, planned, NOW_MS), SPLIT);
});

test('nothing is taken back by what is not known', (t) => {
  const { killSwitch: _, ...unarmed } = SPLIT.spec;
  for (const [split, known] of [
    [SPLIT, undefined],
    [SPLIT, flags('off')],
    [SPLIT, prepareFlags({ flags: {} })],
    [SPLIT, prepareFlags({ flags: { stop: { ...BOOLEAN, state: 'DISABLED', defaultVariant: 'on' } } })],
    [{ ...SPLIT, spec: unarmed }, flags('on')],
  ] as const)
    t.is(splitInForce(split, known, NOW_MS), split);
});
