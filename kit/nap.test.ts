import test from 'ava';
import { Nap } from './nap.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Whether the promise is settled once all that needs no time has run. */
async function isOver(pause: Promise<void>): Promise<boolean> {
  let over = false;
  void pause.then(() => (over = true));
  await new Promise((resolve) => setImmediate(resolve));
  return over;
}

test('a pause lasts its time', async (t) => {
  const clock = new VirtualClock();
  const pause = new Nap().take(clock, 100, new AbortController().signal);
  clock.advance(99);
  t.false(await isOver(pause));
  clock.advance(1);
  t.true(await isOver(pause));
});

test('waking ends the pause under way, and only that one', async (t) => {
  const [clock, nap, { signal }] = [new VirtualClock(), new Nap(), new AbortController()];
  const first = nap.take(clock, 100, signal);
  nap.wake();
  t.true(await isOver(first));
  t.is(clock.pending, 0);
  t.false(await isOver(nap.take(clock, 100, signal)));
});

test('who is woken before the pause does not sleep, unless that was forgotten', async (t) => {
  const [clock, nap, { signal }] = [new VirtualClock(), new Nap(), new AbortController()];
  nap.wake();
  nap.wake();
  t.true(await isOver(nap.take(clock, 100, signal)));
  nap.wake();
  nap.forget();
  t.false(await isOver(nap.take(clock, 100, signal)));
});

test('an abort ends the pause, before it begins too', async (t) => {
  const [clock, nap, end] = [new VirtualClock(), new Nap(), new AbortController()];
  const pause = nap.take(clock, 100, end.signal);
  end.abort();
  t.true(await isOver(pause));
  t.is(clock.pending, 0);
  t.true(await isOver(nap.take(clock, 100, end.signal)));
});
