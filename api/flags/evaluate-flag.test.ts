// Evaluation: each reason and error code, flagd's own cases, and what holds for any context.
import test from 'ava';
import fc from 'fast-check';
import type { FlagSpec } from '../kinds/feature-flag.ts';
import { evaluateFlag, prepareFlags } from './evaluate-flag.ts';

const RULE = { if: [{ ends_with: [{ var: 'email' }, '@x.org'] }, 'on', null] };
const spec: FlagSpec = {
  metadata: { set: 'demo', owner: 'nobody' },
  $evaluators: {
    staff: { in: [{ var: 'tier' }, ['gold', { var: 'other' }]] },
    both: { and: [{ $ref: 'staff' }, { '>': [{ var: 'age' }, 17] }] },
  },
  flags: {
    plain: {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'on',
      metadata: { owner: 'me' },
    },
    off: { state: 'DISABLED', variants: { on: true }, defaultVariant: 'on' },
    bare: { state: 'ENABLED', variants: { on: true } },
    mail: { state: 'ENABLED', variants: { on: 1, off: 0 }, defaultVariant: 'off', targeting: RULE },
    bareRule: { state: 'ENABLED', variants: { on: 1 }, targeting: RULE },
    referred: {
      state: 'ENABLED',
      variants: { on: 'yes', off: 'no' },
      defaultVariant: 'off',
      targeting: { if: [{ $ref: 'both' }, 'on', 'off'] },
    },
    shares: {
      state: 'ENABLED',
      variants: { a: 'a', b: 'b', c: 'c' },
      defaultVariant: 'a',
      targeting: {
        fractional: [
          ['a', 50],
          ['b', 30],
          ['c', 20],
        ],
      },
    },
    timed: {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'off',
      targeting: { if: [{ '>=': [{ var: '$flagd.timestamp' }, 1000] }, 'on', 'off'] },
    },
    echo: { state: 'ENABLED', variants: { on: {} }, defaultVariant: 'on', targeting: { var: 'say' } },
    version: {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'off',
      targeting: { if: [{ sem_ver: [{ var: 'v' }, '~', '1.2.0'] }, 'on', 'off'] },
    },
    broken: {
      state: 'ENABLED',
      variants: { on: true },
      defaultVariant: 'on',
      targeting: { $ref: 'nowhere' },
    },
    unknown: { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on', targeting: { nope: 1 } },
  },
};
const flags = prepareFlags(spec);
const KEYS = [...Object.keys(spec.flags), 'missing'];

const ROWS: [string, unknown, object][] = [
  [
    'plain',
    {},
    { ok: true, value: true, variant: 'on', reason: 'STATIC', metadata: { set: 'demo', owner: 'me' } },
  ],
  ['off', {}, { ok: true, reason: 'DISABLED', metadata: { set: 'demo', owner: 'nobody' } }],
  ['bare', {}, { ok: true, reason: 'DEFAULT', metadata: { set: 'demo', owner: 'nobody' } }],
  ['mail', { email: 'a@x.org' }, { value: 1, variant: 'on', reason: 'TARGETING_MATCH' }],
  ['mail', { email: 'a@y.org' }, { value: 0, variant: 'off', reason: 'DEFAULT' }],
  ['bareRule', { email: 'a@y.org' }, { ok: true, reason: 'DEFAULT' }],
  ['referred', { tier: 'gold', age: 18 }, { value: 'yes', reason: 'TARGETING_MATCH' }],
  ['referred', { tier: 'gold', age: 17 }, { value: 'no', reason: 'TARGETING_MATCH' }],
  ['version', { v: 'v1.2.9' }, { value: true }],
  ['version', { v: '1.3.0' }, { value: false }],
  ['shares', {}, { ok: false, errorCode: 'TARGETING_KEY_MISSING' }],
  ['missing', {}, { ok: false, errorCode: 'FLAG_NOT_FOUND', message: 'there is no flag "missing"' }],
  ['broken', {}, { ok: false, errorCode: 'PARSE_ERROR' }],
  ['unknown', {}, { ok: false, errorCode: 'PARSE_ERROR' }],
  ['plain', 'anna', { ok: false, errorCode: 'INVALID_CONTEXT' }],
  ['plain', { targetingKey: 7 }, { ok: false, errorCode: 'INVALID_CONTEXT' }],
  ['echo', { say: 'nothing' }, { ok: false, errorCode: 'GENERAL' }],
  ['echo', { say: { toString: 1 } }, { ok: false, errorCode: 'GENERAL' }],
  ['echo', { say: 'on' }, { ok: true, value: {}, variant: 'on' }],
];

for (const [index, [key, context, expected]] of ROWS.entries()) {
  test(`${key} (${index})`, (t) => {
    t.like(evaluateFlag(flags, key, context), expected);
  });
}

test('a type that the program does not expect', (t) => {
  t.like(evaluateFlag(flags, 'plain', {}, { type: 'string' }), { ok: false, errorCode: 'TYPE_MISMATCH' });
  t.like(evaluateFlag(flags, 'plain', {}, { type: 'boolean' }), { ok: true, value: true });
  t.like(evaluateFlag(flags, 'bare', {}, { type: 'string' }), { ok: true, reason: 'DEFAULT' });
});

test('the time is an argument', (t) => {
  t.like(evaluateFlag(flags, 'timed', {}, { nowMs: 999_999 }), { value: false });
  t.like(evaluateFlag(flags, 'timed', {}, { nowMs: 1_000_000 }), { value: true });
});

test('shares of 10,000 users are those asked for, to one and a half in a hundred', (t) => {
  const counts = { a: 0, b: 0, c: 0 };
  for (let user = 0; user < 10_000; user += 1) {
    const evaluation = evaluateFlag(flags, 'shares', { targetingKey: `user-${user}` });
    if (evaluation.ok) counts[evaluation.variant as 'a'] += 1;
  }
  for (const [variant, share] of [
    ['a', 5_000],
    ['b', 3_000],
    ['c', 2_000],
  ] as const)
    t.true(Math.abs(counts[variant] - share) <= 150, `${variant}: ${counts[variant]}`);
});

test('a larger share keeps those who were in it', (t) => {
  const withShare = (share: number) =>
    prepareFlags({
      flags: {
        f: {
          state: 'ENABLED',
          variants: { on: true, off: false },
          defaultVariant: 'off',
          targeting: {
            fractional: [
              ['on', share],
              ['off', 100 - share],
            ],
          },
        },
      },
    });
  const [ten, forty] = [withShare(10), withShare(40)];
  for (let user = 0; user < 2_000; user += 1) {
    const context = { targetingKey: `user-${user}` };
    const before = evaluateFlag(ten, 'f', context);
    if (before.ok && before.variant === 'on') t.like(evaluateFlag(forty, 'f', context), { variant: 'on' });
  }
  t.pass();
});

const anyContext = fc.oneof(
  fc.anything(),
  fc.record(
    {
      targetingKey: fc.oneof(fc.string(), fc.anything()),
      email: fc.oneof(fc.emailAddress(), fc.anything()),
      tier: fc.oneof(fc.constant('gold'), fc.anything()),
      say: fc.anything({ withNullPrototype: true, withBigInt: true }),
      v: fc.anything(),
      age: fc.anything(),
    },
    { requiredKeys: [] },
  ),
);

test('nothing is thrown whatever the context; the same context gives the same', (t) => {
  const again = prepareFlags(structuredClone(spec));
  fc.assert(
    fc.property(anyContext, fc.constantFrom(...KEYS), (context, key) => {
      const first = evaluateFlag(flags, key, context);
      t.deepEqual(evaluateFlag(flags, key, context), first);
      t.deepEqual(evaluateFlag(again, key, context), first);
    }),
    { numRuns: 1_000 },
  );
});

test('any rule that the checks accept, and any that they do not, is prepared without a throw', (t) => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('if', 'var', 'in', 'fractional', '$ref', 'zz'), fc.jsonValue()),
      (targeting) => {
        const one = { ...spec.flags['plain'], targeting } as FlagSpec['flags'][string];
        const set = prepareFlags({ flags: { one } });
        t.is(typeof evaluateFlag(set, 'one', { targetingKey: 'a' }).ok, 'boolean');
      },
    ),
    { numRuns: 300 },
  );
});
