import test from 'ava';
import { childAbort } from './child-abort.ts';
import { abortListeners } from './on-abort.ts';

test('a child ends with the first of its parents, for the same reason', (t) => {
  const [a, b] = [new AbortController(), new AbortController()];
  const child = childAbort(a.signal, b.signal);
  t.false(child.signal.aborted);
  b.abort('because');
  t.is(child.signal.reason, 'because');
  t.is(abortListeners(a.signal), 0);
});

test('a child of a parent that has ended has ended', (t) => {
  const parent = new AbortController();
  const child = childAbort(parent.signal, AbortSignal.abort('before'));
  t.is(child.signal.reason, 'before');
  t.is(abortListeners(parent.signal), 0);
});

test('a child ends alone, and its parents forget it when it does or is let go', (t) => {
  const parent = new AbortController();
  const [ended, released] = [childAbort(parent.signal), childAbort(parent.signal)];
  t.is(abortListeners(parent.signal), 2);
  ended.abort('enough');
  t.is(ended.signal.reason, 'enough');
  released.release();
  t.is(abortListeners(parent.signal), 0);
  parent.abort();
  t.false(released.signal.aborted);
});
