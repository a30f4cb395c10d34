// Kill switches, prerequisites and schedules: what is refused, what a flag is under them, and in which words changes
// are told.
import test from 'ava';
import { featureFlagKind, type FeatureFlag, type FlagRules } from '../kinds/feature-flag.ts';
import { admitShape } from '../validate.ts';
import { evaluateFlag, prepareFlags } from './evaluate-flag.ts';
import { PREREQUISITES_MAX, SCHEDULE_MAX } from './limits.ts';
import { specChanges } from './rule-changes.ts';
import { changesPast, nextMomentMs } from './schedules.ts';

const ON_OFF = {
  state: 'ENABLED' as const,
  variants: { on: true, off: false },
  defaultVariant: 'on',
  targeting: { if: [{ '==': [{ var: 'tier' }, 'gold'] }, 'on', null] },
};
const flags = { a: ON_OFF, b: { ...ON_OFF, defaultVariant: 'off' }, c: ON_OFF };
type Rules = Record<string, FlagRules>;

function findings(rules: object): string[] {
  const raw = { metadata: { name: 'flags' }, spec: { flagSpec: { flags }, rules } };
  const { object, issues } = admitShape(featureFlagKind, raw);
  const found = issues.length > 0 ? issues : (featureFlagKind.check?.(object as never) ?? []);
  return found.map(({ path, message }) => `${path}: ${message}`);
}

const waits = (...keys: string[]): FlagRules => ({
  prerequisites: keys.map((flag) => ({ flag, variant: 'on' })),
});
const at = (hour: number): string => `2026-11-28T${String(hour).padStart(2, '0')}:00:00Z`;

const REFUSED: [string, object, RegExp][] = [
  [
    'an unknown flag',
    { aa: {} },
    /^spec\.rules\[aa\]: .*is no flag of this FeatureFlag; did you mean "a"\?$/,
  ],
  [
    'an unknown off variant',
    { a: { offVariant: 'offf' } },
    /^spec\.rules\[a\]\.offVariant: .*did you mean "off"\?$/,
  ],
  [
    'an unknown prerequisite',
    { a: waits('x1') },
    /^spec\.rules\[a\]\.prerequisites\[0\]\.flag: .*is no flag of this FeatureFlag/,
  ],
  [
    'a variant that the prerequisite does not have',
    { a: { prerequisites: [{ flag: 'b', variant: 'onn' }] } },
    /^spec\.rules\[a\]\.prerequisites\[0\]\.variant: .*did you mean "on"\?$/,
  ],
  ['itself', { a: waits('a') }, /^spec\.rules\[a\]\.prerequisites\[0\]\.flag: .*cannot wait for itself$/],
  ['the same flag twice', { a: waits('b', 'b') }, /^spec\.rules\[a\]\.prerequisites\[1\].*[Dd]uplicate/],
  [
    'a circle',
    { a: waits('b'), b: waits('c'), c: waits('a') },
    /^spec\.rules\[a\]\.prerequisites\[0\]\.flag: .*leads in a circle: a -> b -> c -> a$/,
  ],
  ['too many', { a: waits(...Array<string>(PREREQUISITES_MAX + 1).fill('b')) }, /must have at most 10 items/],
  ['no time', { a: { schedule: [{ at: 'soon', state: 'DISABLED' }] } }, /^spec\.rules.*schedule\[0\]\.at: /],
  [
    'times that do not rise',
    { a: { schedule: [2, 1].map((hour) => ({ at: at(hour), variant: 'on' })) } },
    /^spec\.rules\[a\]\.schedule\[1\]\.at: .*must be later than the change before it$/,
  ],
  ['a change of nothing', { a: { schedule: [{ at: at(1) }] } }, /schedule\[0\]: .*a state or a variant/],
  [
    'a variant to come that there is not',
    { a: { schedule: [{ at: at(1), variant: 'x' }] } },
    /^spec\.rules\[a\]\.schedule\[0\]\.variant: /,
  ],
  [
    'too many changes',
    { a: { schedule: Array.from({ length: SCHEDULE_MAX + 1 }, () => ({ at: at(1), variant: 'on' })) } },
    /must have at most 50 items/,
  ],
];

for (const [name, rules, expected] of REFUSED) {
  test(`refused: ${name}`, (t) => {
    const found = findings(rules);
    t.true(
      found.some((line) => expected.test(line)),
      found.join('\n'),
    );
  });
}

test('accepted: what two flags wait for, and a schedule', (t) => {
  t.deepEqual(
    findings({ a: waits('b', 'c'), b: waits('c'), c: { schedule: [{ at: at(1), variant: 'on' }] } }),
    [],
  );
});

const ask = (rules: Rules, key = 'a', context: object = {}, hour = 0) => {
  const set = prepareFlags({ flags }, { rules });
  return evaluateFlag(set, key, context, { nowMs: Date.parse(at(hour)) });
};

test('an engaged kill switch goes before all else', (t) => {
  const killed = { killSwitch: { engaged: true } };
  const why = { metadata: { offBecause: 'kill switch' }, reason: 'DISABLED' };
  t.like(ask({ a: { ...killed, offVariant: 'off' } }, 'a', { tier: 'gold' }), {
    ...why,
    variant: 'off',
    value: false,
  });
  t.like(ask({ a: killed }), { ...why, variant: undefined });
  const disabled = { ...killed, offVariant: 'off', schedule: [{ at: at(1), state: 'DISABLED' as const }] };
  t.like(ask({ a: disabled }, 'a', {}, 2), { variant: 'off' });
  t.like(ask({ a: { killSwitch: { engaged: false } } }), { reason: 'DEFAULT', variant: 'on' });
});

test('a flag whose prerequisite is not met is off, for that context', (t) => {
  const rules: Rules = { a: { ...waits('b'), offVariant: 'off' } };
  t.like(ask(rules), { variant: 'off', reason: 'DISABLED', metadata: { offBecause: 'prerequisite b' } });
  t.like(ask(rules, 'a', { tier: 'gold' }), { variant: 'on', reason: 'TARGETING_MATCH' });
});

test('prerequisites of prerequisites count; what is killed, disabled or leads in circles is met by none', (t) => {
  const gold = { tier: 'gold' };
  t.like(ask({ a: waits('b'), b: waits('c') }, 'a', gold), { variant: 'on' });
  t.like(ask({ a: waits('b'), b: waits('c'), c: { killSwitch: { engaged: true } } }, 'a', gold), {
    metadata: { offBecause: 'prerequisite b' },
  });
  const disabled = { schedule: [{ at: at(0), state: 'DISABLED' as const }] };
  t.like(ask({ a: waits('b'), b: disabled }, 'a', gold), { reason: 'DISABLED' });
  // Checks refuse circles; what is stored must not hang evaluation all the same.
  t.like(ask({ a: waits('b'), b: waits('a') }, 'a', gold), { reason: 'DISABLED' });
  t.like(ask({ a: waits('gone') }, 'a', gold), { reason: 'DISABLED' });
});

test('many that wait for many are decided once each', (t) => {
  const keys = Array.from({ length: 100 }, (_, index) => `f${index}`);
  const rules = Object.fromEntries(
    keys.map((key, index) => [key, waits(...keys.slice(Math.max(0, index - 10), index))]),
  );
  const set = prepareFlags({ flags: Object.fromEntries(keys.map((key) => [key, ON_OFF])) }, { rules });
  t.like(evaluateFlag(set, 'f99'), { variant: 'on' });
});

test('changes are made when their time has come, one after the other; targeting goes on', (t) => {
  const schedule = [
    { at: at(1), variant: 'off' },
    { at: at(2), state: 'DISABLED' as const },
    { at: at(3), state: 'ENABLED' as const, variant: 'on' },
  ];
  const seen = [0, 1, 2, 3].map((hour) => ask({ a: { schedule } }, 'a', {}, hour));
  t.deepEqual(
    seen.map((one) => (one.ok ? (one.variant ?? one.reason) : one.errorCode)),
    ['on', 'off', 'DISABLED', 'on'],
  );
  t.like(ask({ a: { schedule } }, 'a', { tier: 'gold' }, 1), { variant: 'on', reason: 'TARGETING_MATCH' });
  const objects = [
    { metadata: {}, spec: { flagSpec: { flags }, rules: { a: { schedule } } } },
  ] as unknown as FeatureFlag[];
  t.is(changesPast(objects, Date.parse(at(2))), 2);
  t.is(nextMomentMs(objects, Date.parse(at(2))), Date.parse(at(3)));
  t.is(nextMomentMs(objects, Date.parse(at(3))), undefined);
});

test('changes of rules are told as such', (t) => {
  const before = { flagSpec: { flags }, rules: { a: { killSwitch: { engaged: false } }, b: waits('c') } };
  const after = { flagSpec: { flags }, rules: { a: { killSwitch: { engaged: true }, offVariant: 'off' } } };
  t.deepEqual(specChanges(before, after), [
    'flag a: kill switch engaged',
    'flag a: off variant <none> -> off',
    'flag b: prerequisites removed',
  ]);
  t.deepEqual(specChanges(before, { ...before, rules: { b: waits('c') } }), []);
});
