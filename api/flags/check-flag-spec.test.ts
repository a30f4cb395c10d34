// The rules of flags: what is refused, where, and in which words.
import test from 'ava';
import { featureFlagKind } from '../kinds/feature-flag.ts';
import { admitShape } from '../validate.ts';

const ON_OFF = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
const flagWith = (fields: object, $evaluators?: object): object => ({
  flags: { a: { ...ON_OFF, ...fields } },
  ...($evaluators === undefined ? {} : { $evaluators }),
});
const targeting = (rule: unknown, $evaluators?: object): object => flagWith({ targeting: rule }, $evaluators);

function findings(flagSpec: object): string[] {
  const raw = { metadata: { name: 'flags' }, spec: { flagSpec } };
  const { object, issues, unknown } = admitShape(featureFlagKind, raw);
  const found = issues.length > 0 ? issues : (featureFlagKind.check?.(object as never) ?? []);
  return [
    ...found.map(({ path, message }) => `${path}: ${message}`),
    ...unknown.map(({ message }) => message),
  ];
}

const nested = (depth: number): unknown => (depth === 0 ? 'on' : { if: [true, nested(depth - 1)] });
const BUCKETS = [
  ['on', 10],
  ['off', 90],
];

const ACCEPTED: [string, object][] = [
  ['no flags', { flags: {} }],
  ['a plain flag', flagWith({})],
  ['no default', { flags: { a: { state: 'ENABLED', variants: { on: true } } } }],
  ['objects', flagWith({ variants: { on: { a: [1, null] }, off: {} } })],
  ['empty targeting', targeting({})],
  ['fractional', targeting({ fractional: BUCKETS })],
  [
    'fractional by a rule',
    targeting({ fractional: [{ cat: [{ var: '$flagd.flagKey' }, { var: 'email' }] }, ...BUCKETS] }),
  ],
  [
    'a weight by a rule',
    targeting({
      fractional: [
        ['on', { var: 'share' }],
        ['off', 5],
      ],
    }),
  ],
  ['buckets of one weight', targeting({ fractional: [['on'], ['off']] })],
  ['null is the default', targeting({ if: [{ '==': [{ var: 'tier' }, 'gold'] }, 'on', null] })],
  ['a condition is no variant', targeting({ if: [{ in: ['x', { var: 'groups' }] }, 'on', 'off'] })],
  ['versions', targeting({ if: [{ sem_ver: [{ var: 'version' }, '>=', '1.2.0'] }, 'on', 'off'] })],
  [
    'references',
    targeting(
      { if: [{ $ref: 'staff' }, 'on', 'off'] },
      { staff: { ends_with: [{ var: 'email' }, '@x.org'] } },
    ),
  ],
  [
    'lists',
    targeting({ if: [{ some: [{ var: 'groups' }, { '==': [{ var: '' }, 'staff'] }] }, 'on', 'off'] }),
  ],
  ['metadata', flagWith({ metadata: { owner: 'team-a', version: 3, new: true } })],
];

for (const [name, spec] of ACCEPTED) {
  test(`accepted: ${name}`, (t) => {
    t.deepEqual(findings(spec), []);
  });
}

const PATH = 'spec.flagSpec.flags[a]';
const REFUSED: [string, object, string | RegExp][] = [
  ['a state', flagWith({ state: 'on' }), /flags\[a\]\.state: .*"ENABLED", "DISABLED"/],
  ['an unknown field', flagWith({ defaultVarient: 'on' }), /did you mean "defaultVariant"/],
  [
    'no variants',
    flagWith({ variants: {} }),
    `${PATH}.variants: Required value: a flag has at least one variant`,
  ],
  [
    'mixed types',
    flagWith({ variants: { on: true, off: 'no' } }),
    `${PATH}.variants[off]: Invalid value: "no": all variants have one type: this is string, "on" is boolean`,
  ],
  ['a list', flagWith({ variants: { off: [] } }), /variants\[off\]: .*must be a boolean, a string, a number/],
  ['a default', flagWith({ defaultVariant: 'offf' }), /defaultVariant: .*did you mean "off"/],
  ['a far default', flagWith({ defaultVariant: 'blue' }), /supported values: "on", "off"/],
  ['a key', { flags: { '-x': ON_OFF } }, /flags\[-x\]: .*begins with a letter/],
  ['metadata', flagWith({ metadata: { a: {} } }), /metadata\[a\]: .*must be a boolean/],
  [
    'an operator',
    targeting({ iff: [true, 'on'] }),
    `${PATH}.targeting.iff: Invalid value: "iff": is no operator of targeting; did you mean "if"?`,
  ],
  ['an operator of the engine alone', targeting({ throw: 'x' }), /targeting\.throw: .*is no operator/],
  ['two operators', targeting({ if: [true, 'on'], var: 'x' }), /targeting: .*must have one operator/],
  ['a result', targeting({ if: [true, 'onn', 'off'] }), /targeting\.if\[1\]: .*did you mean "on"/],
  [
    'a variant of fractional',
    targeting({
      fractional: [
        ['onn', 1],
        ['off', 1],
      ],
    }),
    /targeting\.fractional\[0\]\[0\]: .*did you mean "on"/,
  ],
  [
    'a variant after what it is drawn by',
    targeting({ fractional: [{ var: 'email' }, ['nn', 1]] }),
    /fractional\[1\]\[0\]/,
  ],
  [
    'a weight below 0',
    targeting({
      fractional: [
        ['on', -1],
        ['off', 1],
      ],
    }),
    `${PATH}.targeting.fractional[0][1]: Invalid value: -1: a weight must not be below 0`,
  ],
  [
    'a broken weight',
    targeting({
      fractional: [
        ['on', 0.5],
        ['off', 1],
      ],
    }),
    /fractional\[0\]\[1\]: .*whole number/,
  ],
  ['weights of 0', targeting({ fractional: [['on', 0]] }), /add up to 0/],
  ['too heavy', targeting({ fractional: [['on', 2 ** 31]] }), /add up to more than 2147483647/],
  ['no buckets', targeting({ fractional: [] }), /fractional: Required value: at least one bucket/],
  ['a bucket', targeting({ fractional: [['on', 1, 2]] }), /fractional\[0\]: .*must be a bucket/],
  [
    'a reference',
    targeting({ $ref: 'staf' }, { staff: { var: 'x' } }),
    /targeting\.\$ref: .*did you mean "staff"/,
  ],
  [
    'a circle',
    targeting({ $ref: 'x' }, { x: { if: [true, { $ref: 'x' }] } }),
    /\$evaluators\[x\].*leads back to itself: x -> x/,
  ],
  [
    'a rule',
    { flags: {}, $evaluators: { x: { nope: 1 } } },
    /^spec\.flagSpec\.\$evaluators\[x\]\.nope: .*no operator/,
  ],
  [
    "a rule's variant",
    targeting({ $ref: 'x' }, { x: { if: [true, 'onn'] } }),
    /targeting\.\$ref\.if\[1\]: .*"on"/,
  ],
  ['sem_ver', targeting({ if: [{ sem_ver: ['1', '=='] }, 'on'] }), /sem_ver takes 3 arguments, not 2/],
  [
    'a comparison',
    targeting({ if: [{ sem_ver: ['1', '==', '2'] }, 'on'] }),
    /sem_ver\[1\]: .*must be one of = !=/,
  ],
  ['depth', targeting(nested(40)), new RegExp('nested deeper than 32 levels')],
  [
    'size',
    targeting({ if: [{ in: [1, Array.from({ length: 2_001 }, () => 1)] }, 'on'] }),
    /more than 2000 values/,
  ],
  ['iterations', targeting({ map: [[], { map: [[], { map: [[], 1] }] }] }), /more than 2 iterations/],
  [
    'growth',
    targeting({ reduce: [[], { merge: [{ var: 'accumulator' }] }, 0] }),
    /cannot be used within reduce/,
  ],
];

for (const [name, spec, expected] of REFUSED) {
  test(`refused: ${name}`, (t) => {
    const found = findings(spec);
    t.is(found.length, 1, found.join('\n'));
    if (typeof expected === 'string') t.is(found[0], expected);
    else t.regex(found[0] ?? '', expected);
  });
}

test('a circle of several rules is told at each of them, with its way', (t) => {
  const rules = { x: { $ref: 'y' }, y: { '!': [{ $ref: 'z' }] }, z: { $ref: 'y' } };
  const found = findings(targeting({ $ref: 'y' }, rules)).map((finding) => finding.split(': ').at(-1));
  t.deepEqual(found, ['y -> z -> y', 'z -> y -> z']);
});

test('rules that multiply one another are bounded', (t) => {
  const rules = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [
      `r${index}`,
      index === 0 ? { var: 'x' } : { or: [{ $ref: `r${index - 1}` }, { $ref: `r${index - 1}` }] },
    ]),
  );
  const found = findings(targeting({ if: [{ $ref: 'r19' }, 'on'] }, rules));
  t.true(found.some((sentence) => sentence.startsWith(`${PATH}.targeting: Too long`)));
  t.true(found.length <= 50);
});

test('bounds of numbers and size', (t) => {
  const many = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`f${index}`, ON_OFF]));
  t.regex(findings({ flags: many })[0] ?? '', /at most 500 flags, has 501/);
  t.regex(
    findings(flagWith({ variants: { on: 'x'.repeat(600_000) }, defaultVariant: 'on' }))[0] ?? '',
    /at most 524288/,
  );
  const variants = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`v${index}`, index]));
  t.regex(findings(flagWith({ variants, defaultVariant: 'v1' }))[0] ?? '', /at most 100 variants/);
});
