import test from 'ava';
import { onAbort } from './on-abort.ts';

test('listeners are called once each, in order, and those that have left are not', (t) => {
  const end = new AbortController();
  const heard: string[] = [];
  const say = (word: string) => (): void => void heard.push(word);
  onAbort(end.signal, say('first'));
  const leave = onAbort(end.signal, say('left'));
  const twice = say('twice');
  onAbort(end.signal, twice);
  onAbort(end.signal, twice);
  leave();
  leave();
  end.abort();
  end.abort();
  t.deepEqual(heard, ['first', 'twice', 'twice']);
});

test('a listener may leave while the others are told', (t) => {
  const end = new AbortController();
  let calls = 0;
  onAbort(end.signal, () => leave());
  const leave = onAbort(end.signal, () => void (calls += 1));
  end.abort();
  t.is(calls, 0);
});
