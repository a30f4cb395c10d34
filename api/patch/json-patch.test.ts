import test from 'ava';
import fc from 'fast-check';
import { jsonPatch } from './json-patch.ts';

const document = { a: 1, list: ['x', 'y'], map: { 'sl/ash': 1, 'til~de': 2 }, none: null };

test('each operation does what RFC 6902 says', (t) => {
  const table: [object[], unknown][] = [
    [[], document],
    [[{ op: 'add', path: '/b', value: 2 }], { ...document, b: 2 }],
    [[{ op: 'add', path: '/list/1', value: 'n' }], { ...document, list: ['x', 'n', 'y'] }],
    [[{ op: 'add', path: '/list/-', value: 'n' }], { ...document, list: ['x', 'y', 'n'] }],
    [[{ op: 'remove', path: '/list/0' }], { ...document, list: ['y'] }],
    [[{ op: 'replace', path: '/map/sl~1ash', value: 3 }], { ...document, map: { 'sl/ash': 3, 'til~de': 2 } }],
    [[{ op: 'replace', path: '/none', value: 3 }], { ...document, none: 3 }],
    [
      [
        { op: 'move', from: '/a', path: '/map/a' },
        { op: 'remove', path: '/none' },
      ],
      {
        ...{ list: ['x', 'y'], map: { 'sl/ash': 1, 'til~de': 2, a: 1 } },
      },
    ],
    [[{ op: 'copy', from: '/list', path: '/again' }], { ...document, again: ['x', 'y'] }],
    [[{ op: 'test', path: '/map/til~0de', value: 2 }], document],
    [[{ op: 'test', path: '/none', value: null }], document],
    [[{ op: 'replace', path: '', value: { new: 1 } }], { new: 1 }],
  ];
  for (const [patch, result] of table) t.deepEqual(jsonPatch(document, patch), { ok: true, value: result });
});

test('what does not fit is rejected, and nothing is applied', (t) => {
  const table: object[] = [
    { op: 'test', path: '/a', value: 2 },
    { op: 'test', path: '/missing', value: null },
    { op: 'test', path: '/toString', value: null },
    { op: 'remove', path: '/missing' },
    { op: 'remove', path: '/toString' },
    { op: 'remove', path: '/list/2' },
    { op: 'remove', path: '/list/length' },
    { op: 'replace', path: '/list/-', value: 1 },
    { op: 'replace', path: '/missing', value: 1 },
    { op: 'add', path: '/missing/deep', value: 1 },
    { op: 'add', path: '/list/3', value: 1 },
    { op: 'add', path: '/list/01', value: 1 },
    { op: 'add', path: '/a/b', value: 1 },
    { op: 'move', from: '/missing', path: '/b' },
    { op: 'move', from: '/map', path: '/map/inner' },
    { op: 'copy', from: '/missing', path: '/b' },
  ];
  const before = structuredClone(document);
  for (const operation of table) {
    const result = jsonPatch(document, [{ op: 'add', path: '/b', value: 1 }, operation]);
    t.false(result.ok, JSON.stringify(operation));
    if (!result.ok) t.is(result.fault, 'rejected', JSON.stringify(operation));
    t.deepEqual(document, before);
  }
});

test('what is no JSON patch is malformed', (t) => {
  const table: unknown[] = [
    { op: 'add' },
    [1],
    [{ path: '/a' }],
    [{ op: 'grow', path: '/a' }],
    [{ op: 'add', value: 1 }],
    [{ op: 'add', path: '/a' }],
    [{ op: 'add', path: 'a', value: 1 }],
    [{ op: 'add', path: '/a~2', value: 1 }],
    [{ op: 'move', path: '/a' }],
    [{ op: 'add', path: '/__proto__/x', value: 1 }],
    [{ op: 'copy', from: '/constructor/prototype', path: '/a' }],
    Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: 1 })),
  ];
  for (const patch of table) {
    const result = jsonPatch(document, patch);
    t.false(result.ok);
    if (!result.ok) t.is(result.fault, 'malformed');
  }
});

test('copying cannot double a document without end', (t) => {
  const doubling = Array.from({ length: 40 }, (_, index) => ({ op: 'copy', from: '', path: `/c${index}` }));
  t.like(jsonPatch({ a: 'x'.repeat(1000) }, doubling), { ok: false, message: 'the patch copies too much' });
});

test('any operations yield a result, never an exception', (t) => {
  const paths = fc.constantFrom(
    '',
    '/',
    '/a',
    '/list',
    '/list/0',
    '/list/-',
    '/list/9',
    '/map/x/y',
    '/none/z',
    '/~1',
  );
  const operation = fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    ...{ path: paths, from: paths, value: fc.constantFrom(null, 1, [], {}) },
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 5 }), (patch) => {
      t.notThrows(() => jsonPatch(document, patch), JSON.stringify(patch));
    }),
  );
});
