import test from 'ava';
import fc from 'fast-check';
import { Heap } from './heap.ts';

const byValue = (a: number, b: number): number => a - b;

function drain(heap: Heap<number>): number[] {
  const items: number[] = [];
  for (let top = heap.pop(); top !== undefined; top = heap.pop()) items.push(top);
  return items;
}

test('items come out in order, whatever was pushed, popped and dropped before', (t) => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('push' as const), value: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ type: fc.constant('pop' as const) }),
    fc.record({ type: fc.constant('retain' as const), modulus: fc.integer({ min: 2, max: 4 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const heap = new Heap(byValue);
      let model: number[] = [];
      for (const each of steps) {
        if (each.type === 'push') {
          heap.push(each.value);
          model.push(each.value);
        } else if (each.type === 'pop') {
          model.sort(byValue);
          t.is(heap.pop(), model.shift());
        } else {
          heap.retain((item) => item % each.modulus !== 0);
          model = model.filter((item) => item % each.modulus !== 0);
        }
        t.is(heap.size, model.length);
        t.is(heap.peek(), model.toSorted(byValue)[0]);
      }
      t.deepEqual(drain(heap), model.toSorted(byValue));
    }),
  );
});
