import test from 'ava';
import fc from 'fast-check';
import {
  EVERYTHING,
  formatLabelSelector,
  fromLabelSelectorObject,
  type LabelRequirement,
  type LabelSelector,
  matchesLabels,
  parseLabelSelector,
} from './label-selector.ts';

function parsed(text: string): LabelSelector {
  const result = parseLabelSelector(text);
  return result.ok
    ? result.selector
    : { requirements: [{ key: result.message, operator: 'exists', values: [] }] };
}

test('reads the whole grammar', (t) => {
  const r = (key: string, operator: LabelRequirement['operator'], ...values: string[]) => ({
    key,
    operator,
    values,
  });
  const table: [string, LabelRequirement[]][] = [
    ['', []],
    ['  ', []],
    ['app=web', [r('app', '=', 'web')]],
    ['app==web', [r('app', '=', 'web')]],
    ['app = web', [r('app', '=', 'web')]],
    ['app!=web', [r('app', '!=', 'web')]],
    ['app=', [r('app', '=', '')]],
    ['app=,b', [r('app', '=', ''), r('b', 'exists')]],
    ['app', [r('app', 'exists')]],
    ['!app', [r('app', 'absent')]],
    ['! app', [r('app', 'absent')]],
    ['app in (a,b)', [r('app', 'in', 'a', 'b')]],
    ['app in(a)', [r('app', 'in', 'a')]],
    ['app notin ( a , b )', [r('app', 'notin', 'a', 'b')]],
    ['app in (,a)', [r('app', 'in', '', 'a')]],
    ['app in (a,a)', [r('app', 'in', 'a')]],
    ['n>3,m<4', [r('n', '>', '3'), r('m', '<', '4')]],
    ['in in (in),notin=notin', [r('in', 'in', 'in'), r('notin', '=', 'notin')]],
    ['a in (x,y),!b', [r('a', 'in', 'x', 'y'), r('b', 'absent')]],
    ['example.com/app=web,a.b/c', [r('example.com/app', '=', 'web'), r('a.b/c', 'exists')]],
  ];
  for (const [text, requirements] of table) t.deepEqual(parsed(text).requirements, requirements, text);
});

test('says what it cannot read', (t) => {
  const table: [string, RegExp][] = [
    ['a=b,', /found '', expected a label key/],
    [',a', /found ',', expected a label key/],
    ['a b', /found 'b', expected 'in', 'notin'/],
    ['a=b c', /found 'c', expected ',' or end/],
    ['a in b', /expected '\('/],
    ['a in (b', /expected ',' or '\)'/],
    ['a in ()', /cannot be empty/],
    ['a in (b)c', /found 'c'/],
    ['!a=b', /found '='/],
    ['=a', /expected a label key/],
    ['a>x', /whole number/],
    ['-a=b', /label key '-a'/],
    ['a/b/c', /label key 'a\/b\/c' must be a name, or a prefix/],
    ['UPPER/a', /its prefix must consist of lower case/],
    [`${'k'.repeat(64)}`, /no more than 63/],
    ['a=b!', /found '!'/],
    ['a=-b', /value '-b'/],
    [`a=${'v'.repeat(64)}`, /no more than 63/],
    ['a'.repeat(70_000), /too long/],
  ];
  for (const [text, message] of table) {
    const result = parseLabelSelector(text);
    t.false(result.ok, text);
    if (!result.ok) t.regex(result.message, message, text);
  }
});

test('matching: an absent label satisfies only what excludes', (t) => {
  const labels = { app: 'web', n: '7', empty: '', text: 'x' };
  const matching = [
    '',
    'app',
    'app=web',
    'app in (web,db)',
    'app!=db',
    'other!=x',
    'other notin (x)',
    '!other',
    'n>6',
  ];
  const failing = [
    'other',
    'app=db',
    'other=',
    'other in (x)',
    'app notin (web)',
    '!app',
    'n>7',
    'n<7',
    'text>1',
    'other<9',
  ];
  for (const text of [...matching, 'n<8', 'empty=', 'app=web,n'])
    t.true(matchesLabels(parsed(text), labels), text);
  for (const text of [...failing, 'app=web,other', 'toString', 'constructor']) {
    t.false(matchesLabels(parsed(text), labels), text);
  }
  t.true(matchesLabels(EVERYTHING, undefined));
});

test('the selector of a spec: absent selects nothing, empty everything', (t) => {
  t.false(matchesLabels(fromLabelSelectorObject(undefined), { a: 'b' }));
  t.true(matchesLabels(fromLabelSelectorObject({}), undefined));
  const selector = fromLabelSelectorObject({
    matchLabels: { app: 'web' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['b', 'a'] },
      { key: 'old', operator: 'DoesNotExist' },
      { key: 'zone', operator: 'Exists' },
      { key: 'env', operator: 'NotIn', values: ['test'] },
    ],
  });
  t.is(formatLabelSelector(selector), 'app=web,env notin (test),!old,tier in (a,b),zone');
  t.true(matchesLabels(selector, { app: 'web', tier: 'a', zone: '' }));
  t.false(matchesLabels(selector, { app: 'web', tier: 'a', zone: '', env: 'test' }));
  t.false(
    matchesLabels(fromLabelSelectorObject({ matchExpressions: [{ key: 'a', operator: 'Near' }] }), { a: '' }),
  );
});

const names = fc.constantFrom('a', 'b', 'in', 'notin', 'example.com/c', 'd-e.f_g');
const values = fc.constantFrom('x', 'y', '1', '22', 'in');
const requirements = fc.oneof(
  fc.record({
    key: names,
    operator: fc.constantFrom('exists' as const, 'absent' as const),
    values: fc.constant([]),
  }),
  fc.record({ key: names, operator: fc.constantFrom('=' as const, '!=' as const), values: fc.tuple(values) }),
  fc.record({
    key: names,
    operator: fc.constantFrom('>' as const, '<' as const),
    values: fc.tuple(fc.constant('12')),
  }),
  fc.record({
    key: names,
    operator: fc.constantFrom('in' as const, 'notin' as const),
    values: fc.uniqueArray(values, { minLength: 1 }),
  }),
);

test('what is printed reads back as a selector of the same meaning', (t) => {
  fc.assert(
    fc.property(fc.array(requirements, { maxLength: 4 }), fc.dictionary(names, values), (list, labels) => {
      const selector = { requirements: list };
      const again = parseLabelSelector(formatLabelSelector(selector));
      t.true(again.ok);
      if (again.ok) t.is(matchesLabels(again.selector, labels), matchesLabels(selector, labels));
    }),
  );
});

test('any text is read or refused, never thrown at', (t) => {
  const bits = fc.constantFrom('a', 'in', 'notin', '(', ')', ',', '=', '!', '<', ' ', 'é', '\n');
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 12 }), (parts) => {
      t.notThrows(() => parseLabelSelector(parts.join('')));
    }),
  );
});
