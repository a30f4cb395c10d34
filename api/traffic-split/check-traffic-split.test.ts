// What is refused of a TrafficSplit, each with its field.
import test from 'ava';
import { trafficSplitKind, type TrafficSplitSpec } from '../kinds/traffic-split.ts';
import { admitShape } from '../validate.ts';

const last = { backends: [{ service: 'web', weight: 1 }] };
const ruleWith = (rule: object) => ({ service: 'web', rules: [{ ...last, ...rule }, last] });
const header = (name: string, value: string, type = 'Exact') => ({
  matches: [{ request: { headers: [{ name, value, type }] } }],
});
const sticky = (by: object, salt = 's') => ({ service: 'web', rules: [{ ...last, sticky: { by, salt } }] });

function findings(spec: object, old?: object): string[] {
  const read = (one: object) => {
    const { object, issues } = admitShape(trafficSplitKind, { metadata: { name: 'web' }, spec: one });
    if (issues.length > 0) throw new Error(JSON.stringify(issues));
    return object as unknown as Parameters<NonNullable<typeof trafficSplitKind.check>>[0];
  };
  const issues =
    old === undefined
      ? trafficSplitKind.check?.(read(spec))
      : trafficSplitKind.checkUpdate?.(read(spec), read(old));
  return (issues ?? []).map(({ path, message }) => `${path}: ${message}`);
}

const ACCEPTED: [string, object][] = [
  [
    'shares',
    { service: 'web', rules: [{ backends: [{ service: 'web-canary', weight: 0 }, ...last.backends] }] },
  ],
  ['a header', ruleWith(header('X-Canary', 'yes'))],
  ['an expression', ruleWith(header('X-Canary', 'v[0-9]+', 'RegularExpression'))],
  [
    'a cookie and a claim',
    ruleWith({
      matches: [{ cookies: [{ name: 'c', value: '1' }], claims: [{ name: 'org.id', value: '7' }] }],
    }),
  ],
  ['a path', ruleWith({ matches: [{ request: { path: { value: '/api' } } }] })],
  ['a method', ruleWith({ matches: [{ request: { method: 'POST' } }] })],
  ['users by a claim', sticky({ claim: 'sub' })],
  ['a mirror', ruleWith({ ...header('a', 'b'), mirror: { service: 'web-canary', percent: 10 } })],
];

for (const [title, spec] of ACCEPTED) test(`accepted: ${title}`, (t) => t.deepEqual(findings(spec), []));

const many = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `n${at}`, value: '1' }));
const REFUSED: [string, object, string[]][] = [
  ['no rules', { service: 'web', rules: [] }, ['spec.rules: Required value']],
  ['a Service whose name is none', { service: 'We b', rules: [last] }, ['spec.service: Invalid value']],
  [
    'a last rule with matches',
    { service: 'web', rules: [{ ...last, ...header('a', 'b') }] },
    ['spec.rules[0].matches: Forbidden'],
  ],
  [
    'a rule that takes all before the last',
    { service: 'web', rules: [last, last] },
    ['spec.rules[0].matches: Required value'],
  ],
  [
    'too many rules',
    { service: 'web', rules: [...Array<object>(16).fill({ ...last, ...header('a', 'b') }), last] },
    ['spec.rules: Too long'],
  ],
  ['no backends', { service: 'web', rules: [{ backends: [] }] }, ['spec.rules[0].backends: Required value']],
  [
    'a backend twice',
    { service: 'web', rules: [{ backends: [...last.backends, ...last.backends] }] },
    ['spec.rules[0].backends[1].service: Duplicate value'],
  ],
  [
    'nobody with a weight',
    { service: 'web', rules: [{ backends: [{ service: 'web', weight: 0 }] }] },
    ['spec.rules[0].backends: Invalid value'],
  ],
  [
    'a backend of another namespace',
    { service: 'web', rules: [{ backends: [{ service: 'other/web', weight: 1 }] }] },
    ['spec.rules[0].backends[0].service: Invalid value'],
  ],
  [
    'a mirror of another namespace',
    ruleWith({ ...header('a', 'b'), mirror: { service: 'other/web', percent: 10 } }),
    ['spec.rules[0].mirror.service: Invalid value'],
  ],
  ['a match that says nothing', ruleWith({ matches: [{}] }), ['spec.rules[0].matches[0]: Required value']],
  [
    'a match that says nothing of the request',
    ruleWith({ matches: [{ request: {} }] }),
    ['spec.rules[0].matches[0]: Required value'],
  ],
  [
    'more values than a line has room for',
    ruleWith({ matches: [{ cookies: many(20), claims: many(13) }] }),
    ['spec.rules[0].matches[0]: Too long'],
  ],
  [
    'a header whose name is none, and a value with control characters',
    ruleWith(header('a b', 'x\n')),
    [
      'spec.rules[0].matches[0].request.headers[0].name: Invalid',
      'spec.rules[0].matches[0].request.headers[0].value: Invalid',
    ],
  ],
  [
    'an expression that is none',
    ruleWith(header('a', '(', 'RegularExpression')),
    ['spec.rules[0].matches[0].request.headers[0].value: Invalid'],
  ],
  [
    'a claim by a path of its own making',
    ruleWith({ matches: [{ claims: [{ name: "a'),b", value: '1' }] }] }),
    ['spec.rules[0].matches[0].claims[0].name: Invalid'],
  ],
  [
    'a path without a slash',
    ruleWith({ matches: [{ request: { path: { value: 'api' } } }] }),
    ['spec.rules[0].matches[0].request.path.value: Invalid'],
  ],
  ['users by nothing', sticky({}), ['spec.rules[0].sticky.by: Invalid value']],
  ['users by two things', sticky({ header: 'a', cookie: 'b' }), ['spec.rules[0].sticky.by: Invalid value']],
  ['an empty salt', sticky({ header: 'a' }, ''), ['spec.rules[0].sticky.salt: Invalid value']],
];

for (const [title, spec, expected] of REFUSED)
  test(`refused: ${title}`, (t) => {
    const found = findings(spec);
    t.is(found.length, expected.length, found.join('\n'));
    expected.forEach((start, at) => t.true(found[at]?.startsWith(start), found[at]));
  });

test('the Service of a split stays', (t) => {
  const of = (service: string): Partial<TrafficSplitSpec> => ({ service, rules: [last] });
  t.deepEqual(findings(of('web'), of('web')), []);
  t.true(findings(of('other'), of('web'))[0]?.startsWith('spec.service: '));
});
