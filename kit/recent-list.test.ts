// The last items, in order, however many came.
import test from 'ava';
import { RecentList } from './recent-list.ts';

test('the last items stay, in the order in which they came', (t) => {
  const list = new RecentList<number>(3);
  t.deepEqual(list.items(), []);
  for (let item = 1; item <= 20; item += 1) {
    list.push(item);
    t.deepEqual(
      [...list.items()],
      [item - 2, item - 1, item].filter((each) => each > 0),
    );
  }
});
