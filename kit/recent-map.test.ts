import test from 'ava';
import { RecentMap } from './recent-map.ts';

test('what is used again and again stays, however much else comes by', (t) => {
  const map = new RecentMap<string>(10);
  map.use('kept', () => 'first');
  for (let index = 0; index < 100; index += 1) {
    map.use(`passing-${index}`, () => 'x');
    t.is(
      map.use('kept', () => 'made anew'),
      'first',
    );
  }
});

test('what was not used for long is made anew, what was used of late is not', (t) => {
  const map = new RecentMap<number>(10);
  map.use('old', () => 1);
  for (let index = 0; index < 10; index += 1) map.use(`passing-${index}`, () => index);
  t.is(
    map.use('old', () => 2),
    2,
  );
  for (let index = 6; index < 10; index += 1) {
    t.is(
      map.use(`passing-${index}`, () => -1),
      index,
    );
  }
});
