import test from 'ava';
import { parse, stringify } from 'yaml';
import { listPieces } from './list-text.ts';
import type { ListStyle } from './list-text.ts';

const head = { kind: 'List', metadata: { resourceVersion: '7' } };
const objects = [{ a: 'x: y\n- z' }, { b: [1, { c: '' }] }, { d: { e: null } }];

function partsOf(style: ListStyle) {
  return { head, field: 'items', style, jsonOf: JSON.stringify, shown: (object: object) => object } as const;
}

const join = (style: ListStyle, items: readonly object[], chars: number): string =>
  [...(listPieces(partsOf(style), { items }, chars) as Iterable<string>)].join('');

for (const count of [0, 1, 3]) {
  test(`a list of ${count} in pieces reads as the list in one text`, (t) => {
    const items = objects.slice(0, count);
    const whole = { ...head, items };
    for (const chars of [1, 40, 10_000]) {
      t.is(join('json', items, chars), `${JSON.stringify(whole)}\n`);
      t.is(join('pretty', items, chars), `${JSON.stringify(whole, undefined, 2)}\n`);
      t.deepEqual(parse(join('yaml', items, chars)), parse(stringify(whole)));
    }
  });
}

test('what comes later follows what is there at once', async (t) => {
  const rest = async function* (): AsyncGenerator<readonly object[]> {
    yield [];
    yield objects.slice(1, 2);
    yield objects.slice(2);
  };
  for (const items of [[], objects.slice(0, 1)]) {
    let text = '';
    for await (const piece of listPieces(partsOf('json'), { items, rest: rest() }, 10)) text += piece;
    t.is(text, `${JSON.stringify({ ...head, items: [...items, ...objects.slice(1)] })}\n`);
  }
});
