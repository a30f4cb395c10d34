import test from 'ava';
import { isList, isMap, JSON_DEPTH_MAX, jsonFault, ownField } from './json-value.ts';

test('what is unsafe to walk is named', (t) => {
  const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  for (const fine of [null, 1, 'x', [], {}, { a: [{ b: null }] }, nested(JSON_DEPTH_MAX)])
    t.is(jsonFault(fine), undefined);
  t.regex(jsonFault(nested(JSON_DEPTH_MAX + 2)) ?? '', /deeper than 100/);
  t.regex(jsonFault(nested(50_000)) ?? '', /deeper than 100/);
  t.regex(jsonFault(JSON.parse('[{"a":{"__proto__":{}}}]')) ?? '', /__proto__/);
});

test('maps, lists and own fields', (t) => {
  t.deepEqual([{}, [], null, 'x'].map(isMap), [true, false, false, false]);
  t.deepEqual([{}, [], null, 'x'].map(isList), [false, true, false, false]);
  t.is(ownField({ a: 1 }, 'a'), 1);
  t.is(ownField({}, 'constructor'), undefined);
});
