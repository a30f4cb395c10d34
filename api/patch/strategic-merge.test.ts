import test from 'ava';
import fc from 'fast-check';
import type { JsonMap } from '../json-value.ts';
import { fieldSchema, schemaOf } from './merge-schema.ts';
import { strategicMerge } from './strategic-merge.ts';
import { thingKind } from './test-schemas.ts';

const schema = fieldSchema(schemaOf(thingKind), 'spec');

function merged(target: JsonMap, patch: unknown): JsonMap | string {
  const result = strategicMerge(schema, target, patch);
  return result.ok ? result.value : result.message;
}

const named = (...names: string[]): JsonMap[] => names.map((name) => ({ name }));

test('maps merge, nulls delete, everything else replaces', (t) => {
  const table: [JsonMap, JsonMap, JsonMap][] = [
    [{ replicas: 1, mode: 'a' }, { replicas: 2 }, { replicas: 2, mode: 'a' }],
    [{ replicas: 1 }, { replicas: null }, {}],
    [{}, { replicas: null, labels: { a: null, b: 'x' } }, { labels: { b: 'x' } }],
    [{ labels: { a: '1', b: '2' } }, { labels: { a: null, c: '3' } }, { labels: { b: '2', c: '3' } }],
    [{ atoms: ['a', 'b'] }, { atoms: ['c'] }, { atoms: ['c'] }],
    [{ atoms: ['a'] }, { atoms: null }, {}],
    [{ mode: 'a' }, { mode: { deep: 1 } }, { mode: { deep: 1 } }],
    [{ labels: { a: '1' } }, { labels: { $patch: 'replace', b: '2' } }, { labels: { b: '2' } }],
    [{ labels: { a: '1' } }, { labels: { $patch: 'delete' } }, { labels: {} }],
    [{ labels: { a: '1' } }, { labels: { $patch: 'merge', b: '2' } }, { labels: { a: '1', b: '2' } }],
    [{ budget: { min: 1 } }, { budget: { max: 2 } }, { budget: { max: 2 } }],
    [
      { paused: false, unknown: { a: 1 } },
      { paused: true, unknown: { b: 2 } },
      { paused: true, unknown: { a: 1, b: 2 } },
    ],
  ];
  for (const [target, patch, result] of table)
    t.deepEqual(merged(target, patch), result, JSON.stringify(patch));
});

test('lists of objects merge by key', (t) => {
  const target = {
    items: [
      { name: 'a', value: '1' },
      { name: 'b', value: '2', args: ['x'] },
    ],
  };
  const table: [JsonMap, unknown][] = [
    [
      { items: [{ name: 'b', value: '3' }] },
      [
        { name: 'a', value: '1' },
        { name: 'b', value: '3', args: ['x'] },
      ],
    ],
    [
      { items: [{ name: 'b', args: null }] },
      [
        { name: 'a', value: '1' },
        { name: 'b', value: '2' },
      ],
    ],
    [{ items: [{ name: 'a', $patch: 'delete' }] }, [{ name: 'b', value: '2', args: ['x'] }]],
    [{ items: [{ name: 'z', $patch: 'delete' }] }, target.items],
    [{ items: [{ $patch: 'replace' }, { name: 'c' }] }, [{ name: 'c' }]],
    [{ items: [{ name: 'a', $patch: 'replace', value: '9' }, { name: 'c' }] }, [{ name: 'c' }]],
    [{ items: [] }, target.items],
    [{ items: null }, undefined],
    // What is new comes first when no order is given: so does Kubernetes.
    [{ items: [{ name: 'n' }] }, [{ name: 'n' }, ...target.items]],
    [
      { items: [{ name: 'n', labels: { a: null, b: 'x' } }], '$setElementOrder/items': named('a', 'b', 'n') },
      [...target.items, { name: 'n', labels: { b: 'x' } }],
    ],
  ];
  for (const [patch, items] of table)
    t.deepEqual((merged(target, patch) as JsonMap)['items'], items, JSON.stringify(patch));
});

test('the order that is asked for holds; the server’s own items keep their place', (t) => {
  const order = (items: string[], asked: string[], patch: JsonMap[] = []): string => {
    const document = {
      '$setElementOrder/items': named(...asked),
      ...(patch.length > 0 ? { items: patch } : {}),
    };
    const result = merged({ items: named(...items) }, document) as { items: { name: string }[] };
    return result.items.map(({ name }) => name).join('');
  };
  t.is(order(['a', 'b', 'c'], ['c', 'b', 'a']), 'cba');
  t.is(order(['a', 'X', 'b'], ['b', 'a']), 'Xba');
  t.is(order(['X', 'a', 'b'], ['b', 'a']), 'Xba');
  t.is(order(['a', 'b', 'X'], ['b', 'a']), 'baX');
  t.is(order(['a', 'X', 'b', 'Y'], ['a', 'b']), 'aXbY');
  t.is(order(['a', 'X', 'b', 'Y'], ['a', 'n', 'b'], named('n')), 'anXbY');
  t.is(order(['a'], ['n', 'a'], named('n')), 'na');
  t.deepEqual(merged({}, { '$setElementOrder/items': named('a') }), {});
});

test('lists of scalars merge as sets', (t) => {
  const target = { words: ['own', 'x', 'y'] };
  const table: [JsonMap, string[] | undefined][] = [
    [{ words: ['z'] }, ['z', 'own', 'x', 'y']],
    [{ words: ['y', 'z'], '$setElementOrder/words': ['y', 'z'] }, ['own', 'x', 'y', 'z']],
    [{ '$deleteFromPrimitiveList/words': ['x', 'nope'] }, ['own', 'y']],
    [{ words: null }, undefined],
    [
      { '$deleteFromPrimitiveList/words': ['x'], words: ['n'], '$setElementOrder/words': ['y', 'n'] },
      ['own', 'y', 'n'],
    ],
  ];
  for (const [patch, words] of table)
    t.deepEqual((merged(target, patch) as JsonMap)['words'], words, JSON.stringify(patch));
  t.deepEqual(merged({}, { '$deleteFromPrimitiveList/words': ['x'] }), {});
});

test('$retainKeys clears what it does not name', (t) => {
  const target = {
    strategy: { type: 'Rolling', rolling: { surge: 1 } },
    volumes: [{ name: 'v', value: 'a' }],
  };
  t.deepEqual(merged(target, { strategy: { $retainKeys: ['type'], type: 'Recreate' } }), {
    ...target,
    strategy: { type: 'Recreate' },
  });
  t.deepEqual(merged(target, { strategy: { $retainKeys: ['type'], rolling: null, type: 'Recreate' } }), {
    ...target,
    strategy: { type: 'Recreate' },
  });
  t.deepEqual(
    merged(target, { volumes: [{ $retainKeys: ['name', 'args'], name: 'v', value: null, args: ['b'] }] }),
    {
      ...target,
      volumes: [{ name: 'v', args: ['b'] }],
    },
  );
  t.regex(merged(target, { strategy: { $retainKeys: ['type'], rolling: {} } }) as string, /"rolling"/);
});

test('directives vanish from what is new', (t) => {
  const patch = {
    labels: { $patch: 'replace', a: '1' },
    strategy: { $retainKeys: ['type'], type: 'x' },
    '$setElementOrder/items': named('a'),
    items: [
      { name: 'gone', $patch: 'delete' },
      { name: 'a', '$setElementOrder/ports': [{ number: 1 }], ports: [{ number: 1 }] },
    ],
    '$deleteFromPrimitiveList/words': ['x'],
    budget: { $patch: 'delete' },
  };
  t.deepEqual(merged({}, patch), {
    ...{ labels: { a: '1' }, strategy: { type: 'x' }, budget: {} },
    items: [{ name: 'a', ports: [{ number: 1 }] }],
  });
});

test('what is no strategic merge patch is told', (t) => {
  const target = { items: named('a'), words: ['x'], labels: { a: '1' } };
  const table: [unknown, RegExp][] = [
    [[], /is an object/],
    [{ labels: { $patch: 'melt' } }, /unknown \$patch directive "melt"/],
    [{ items: [{ name: 'a', $patch: 'melt' }] }, /unknown \$patch directive "melt"/],
    [{ items: [{ value: 'x' }] }, /lacks its merge key "name"/],
    [{ items: [{ $patch: 'delete' }] }, /lacks its merge key "name"/],
    [{ items: ['x'] }, /mixes/],
    [{ words: [{ a: 1 }] }, /mixes/],
    [{ '$setElementOrder/items': 'a' }, /must be a list/],
    [{ '$setElementOrder/items': [{ value: 'x' }] }, /lacks "name"/],
    [{ '$deleteFromPrimitiveList/words': 'x' }, /must be a list/],
    [{ labels: { $retainKeys: 'x' } }, /must be a list/],
  ];
  for (const [patch, message] of table)
    t.regex(merged(target, patch) as string, message, JSON.stringify(patch));
});

interface Entry extends JsonMap {
  name: string;
  value?: string;
}

/** What kubectl does: the difference of two lists as a patch. */
function differenceOf(before: Entry[], after: Entry[]): JsonMap {
  const old = new Map(before.map((entry) => [entry.name, entry]));
  const items: JsonMap[] = [];
  for (const entry of after) {
    const previous = old.get(entry.name);
    if (previous === undefined) items.push(entry);
    else if (previous.value !== entry.value) items.push({ name: entry.name, value: entry.value ?? null });
  }
  const kept = new Set(after.map(({ name }) => name));
  for (const { name } of before) if (!kept.has(name)) items.push({ name, $patch: 'delete' });
  const order = after.map(({ name }) => ({ name }));
  return { '$setElementOrder/items': order, ...(items.length > 0 ? { items } : {}) };
}

const entries = (alphabet: string[]): fc.Arbitrary<Entry[]> =>
  fc.uniqueArray(
    fc.record(
      { name: fc.constantFrom(...alphabet), value: fc.constantFrom('1', '2') },
      { requiredKeys: ['name'] },
    ),
    { selector: ({ name }) => name, maxLength: 5 },
  );

test('a patch computed from two lists turns the one into the other, and leaves the server’s own alone', (t) => {
  const model = fc.record({
    before: entries(['a', 'b', 'c', 'd', 'e']),
    after: entries(['a', 'b', 'c', 'd', 'e', 'f']),
    own: entries(['X', 'Y', 'Z']),
    seed: fc.array(fc.nat(9), { minLength: 3, maxLength: 3 }),
  });
  fc.assert(
    fc.property(model, ({ before, after, own, seed }) => {
      const live = [...before];
      for (const [index, entry] of own.entries())
        live.splice((seed[index] ?? 0) % (live.length + 1), 0, entry);
      const result = merged({ items: live }, differenceOf(before, after)) as { items: Entry[] };
      const isOwn = ({ name }: Entry): boolean => /[XYZ]/.test(name);
      t.deepEqual(
        result.items.filter((entry) => !isOwn(entry)),
        after,
      );
      t.deepEqual(result.items.filter(isOwn), live.filter(isOwn));
    }),
  );
});

test('applying twice is applying once; the target stays as it was', (t) => {
  fc.assert(
    fc.property(entries(['a', 'b', 'c']), entries(['b', 'c', 'd']), (before, after) => {
      const target = { items: before };
      const copy = structuredClone(target);
      const patch = differenceOf(before, after);
      const once = merged(target, patch) as JsonMap;
      t.deepEqual(merged(once, patch), once);
      t.deepEqual(target, copy);
    }),
  );
});
