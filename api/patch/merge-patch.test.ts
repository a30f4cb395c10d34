import test from 'ava';
import fc from 'fast-check';
import { mergePatch } from './merge-patch.ts';

test('the examples of RFC 7386', (t) => {
  const table: [unknown, unknown, unknown][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, result] of table) t.deepEqual(mergePatch(target, patch), result);
});

const documents = fc.letrec((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, fc.nat(3), fc.array(fc.nat(3), { maxLength: 2 }), tie('map')),
  map: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('node'), { maxKeys: 3 }),
})).map;

test('applying twice is applying once; an empty patch changes nothing; arguments stay', (t) => {
  fc.assert(
    fc.property(documents, documents, (target, patch) => {
      const before = structuredClone([target, patch]);
      const once = mergePatch(target, patch);
      t.deepEqual(mergePatch(once, patch), once);
      t.deepEqual(mergePatch(target, {}), target);
      t.deepEqual([target, patch], before);
    }),
  );
});
