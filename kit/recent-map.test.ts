import test from 'ava';
import { RecentMap } from './recent-map.ts';

test('what is used again and again stays, however much else comes by', (t) => {
  const map = new RecentMap<string>(10);
  map.set('kept', 'first');
  for (let index = 0; index < 100; index += 1) {
    map.set(`passing-${index}`, 'x');
    t.is(map.get('kept'), 'first');
  }
});

test('what was not used for long is forgotten, what was used of late is not', (t) => {
  const map = new RecentMap<number>(10);
  map.set('old', -1);
  for (let index = 0; index < 10; index += 1) map.set(`passing-${index}`, index);
  t.is(map.get('old'), undefined);
  for (let index = 6; index < 10; index += 1) t.is(map.get(`passing-${index}`), index);
});

test('an entry set anew takes the place of the one before', (t) => {
  const map = new RecentMap<number>(4);
  for (const value of [1, 2, 3, 4, 5]) map.set('same', value);
  map.set('other', 0);
  t.is(map.get('same'), 5);
});
