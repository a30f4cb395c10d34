import test from 'ava';
import fc from 'fast-check';
import {
  difference,
  differenceBelow,
  EMPTY_SET,
  equalSets,
  type FieldSet,
  fieldSet,
  fromFieldsV1,
  intersection,
  isEmptySet,
  leafPaths,
  pathText,
  toFieldsV1,
  union,
} from './field-set.ts';
import { fieldChanges, fieldsOf } from './fields-of.ts';
import { fieldSchema, schemaOf } from './merge-schema.ts';
import { thingKind } from './test-schemas.ts';

const schema = fieldSchema(schemaOf(thingKind), 'spec');
const written = (value: unknown): unknown => toFieldsV1(fieldsOf(schema, value));

test('frozen records that share a part are read as sets that share it', (t) => {
  const part = Object.freeze({ 'f:type': Object.freeze({}) });
  const sets = ['f:a', 'f:b'].map((own) => fromFieldsV1(Object.freeze({ 'f:shared': part, [own]: {} })));
  t.is(sets[0]?.children.get('f:shared'), sets[1]?.children.get('f:shared'));
  t.deepEqual(sets.map(toFieldsV1), [
    { 'f:a': {}, 'f:shared': { 'f:type': {} } },
    { 'f:b': {}, 'f:shared': { 'f:type': {} } },
  ]);
});

test('the fields that a value sets', (t) => {
  const port = (number: number, protocol = 'TCP') => `k:${JSON.stringify({ number, protocol })}`;
  const table: [unknown, unknown][] = [
    [{}, {}],
    [
      { replicas: 1, paused: false },
      { 'f:paused': {}, 'f:replicas': {} },
    ],
    [{ replicas: null }, { 'f:replicas': {} }],
    [{ labels: { a: '1' } }, { 'f:labels': { 'f:a': {} } }],
    [
      { labels: {}, strategy: {} },
      { 'f:labels': {}, 'f:strategy': {} },
    ],
    [{ atoms: ['a', 'b'] }, { 'f:atoms': {} }],
    [{ selector: { app: 'a' } }, { 'f:selector': {} }],
    [{ words: ['a', 'b'] }, { 'f:words': { 'v:"a"': {}, 'v:"b"': {} } }],
    [{ items: [{ name: 'a' }] }, { 'f:items': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } } }],
    [
      { items: [{ name: 'a', ports: [{ number: 80 }, { protocol: 'UDP', number: 80 }] }] },
      {
        'f:items': {
          'k:{"name":"a"}': {
            ...{ '.': {}, 'f:name': {} },
            'f:ports': {
              [port(80)]: { '.': {}, 'f:number': {} },
              [port(80, 'UDP')]: { '.': {}, 'f:number': {}, 'f:protocol': {} },
            },
          },
        },
      },
    ],
    [{ unheard: { of: [1] } }, { 'f:unheard': { '.': {}, 'f:of': {} } }],
  ];
  for (const [value, fields] of table) t.deepEqual(written(value), fields, JSON.stringify(value));
});

test('what became different', (t) => {
  const changes = (before: unknown, after: unknown): unknown[] => {
    const { changed, removed } = fieldChanges(schema, before, after);
    return [toFieldsV1(changed), toFieldsV1(removed)];
  };
  const item = (name: string, value?: string) => (value === undefined ? { name } : { name, value });
  t.deepEqual(changes({ replicas: 1, mode: 'a' }, { replicas: 2, paused: true }), [
    { 'f:paused': {}, 'f:replicas': {} },
    { 'f:mode': {} },
  ]);
  t.deepEqual(changes({ items: [item('a', '1'), item('b')] }, { items: [item('c'), item('a', '2')] }), [
    { 'f:items': { 'k:{"name":"a"}': { 'f:value': {} }, 'k:{"name":"c"}': { '.': {}, 'f:name': {} } } },
    { 'f:items': { 'k:{"name":"b"}': { '.': {}, 'f:name': {} } } },
  ]);
  t.deepEqual(changes({ items: [item('a'), item('b')] }, { items: [item('b'), item('a')] }), [{}, {}]);
  t.deepEqual(changes({ atoms: ['a', 'b'] }, { atoms: ['b', 'a'] }), [{ 'f:atoms': {} }, {}]);
  t.deepEqual(changes({}, { labels: { a: '1' } }), [{ 'f:labels': { '.': {}, 'f:a': {} } }, {}]);
  t.deepEqual(changes({}, { strategy: {}, items: [] }), [{ 'f:items': {}, 'f:strategy': {} }, {}]);
  t.deepEqual(changes({ labels: {} }, { labels: { constructor: '1' } }), [
    { 'f:labels': { 'f:constructor': {} } },
    {},
  ]);
  t.deepEqual(changes({ labels: { a: '1' } }, {}), [{}, { 'f:labels': { '.': {}, 'f:a': {} } }]);
});

test('paths as people read them', (t) => {
  const value = { items: [{ name: 'a', ports: [{ number: 80 }] }], words: ['w'], labels: { 'x/y': '1' } };
  t.deepEqual(leafPaths(fieldsOf(schema, value)).map(pathText), [
    '.items[name="a"].name',
    '.items[name="a"].ports[number=80,protocol="TCP"].number',
    '.words[="w"]',
    '.labels.x/y',
  ]);
});

test('what anybody may have written into managedFields is read as far as it makes sense', (t) => {
  const table: [unknown, unknown][] = [
    [undefined, {}],
    ['text', {}],
    [{ 'f:a': {}, nonsense: {}, 'k:nonsense': {}, 'k:[1]': {}, 'z:': {} }, { 'f:a': {} }],
    [{ 'f:a': { '.': {}, 'f:b': 'text' } }, { 'f:a': {} }],
    [{ '.': {} }, {}],
  ];
  for (const [fields, result] of table)
    t.deepEqual(toFieldsV1(fromFieldsV1(fields)), result, JSON.stringify(fields));
});

const element = fc.constantFrom('f:a', 'f:b', 'k:{"n":1}', 'v:"x"');
const childrenOf = (child: fc.Arbitrary<FieldSet>) => fc.array(fc.tuple(element, child), { maxLength: 3 });
const leaf = fc.boolean().map((owned) => fieldSet(owned, []));
const inner = fc
  .tuple(fc.boolean(), childrenOf(leaf))
  .map(([owned, children]) => fieldSet(owned, new Map(children)));
const sets = childrenOf(inner).map((children) => fieldSet(false, new Map(children)));

test('sets obey the laws of sets', (t) => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      t.true(equalSets(fromFieldsV1(toFieldsV1(a)), a));
      t.true(equalSets(union(a, b), union(b, a)));
      t.true(equalSets(union(a, a), a));
      t.true(equalSets(intersection(a, b), intersection(b, a)));
      t.true(isEmptySet(intersection(difference(a, b), b)));
      t.true(equalSets(union(difference(a, b), intersection(a, b)), a));
      t.true(isEmptySet(difference(a, a)));
      t.true(isEmptySet(differenceBelow(a, a)));
      t.true(equalSets(difference(differenceBelow(a, b), b), differenceBelow(a, b)));
      t.true(equalSets(union(a, EMPTY_SET), a));
    }),
  );
});

test('an operation that changes nothing returns the very set', (t) => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const without = difference(a, b);
      t.is(difference(without, b), without);
      const below = differenceBelow(a, b);
      t.is(differenceBelow(below, b), below);
      t.is(union(a, intersection(a, b)), a);
    }),
  );
});
