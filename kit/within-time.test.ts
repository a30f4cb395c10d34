// Work with a deadline: its outcome, the end of the time, and the end of whoever asked for it.
import test from 'ava';
import { VirtualClock } from './virtual-clock.ts';
import { withinTime } from './within-time.ts';

/** Ends when it is told to, with the reason. */
const endless = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

test('what the work comes to; no timer stays', async (t) => {
  const clock = new VirtualClock();
  t.is(await withinTime({ clock, timeoutMs: 1000 }, () => Promise.resolve(7)), 7);
  await t.throwsAsync(
    withinTime({ clock, timeoutMs: 1000 }, () => Promise.reject(new Error('no'))),
    { message: 'no' },
  );
  t.is(clock.pending, 0);
});

test('told to end when the time is over, with the reason that was given', async (t) => {
  const clock = new VirtualClock();
  const late = withinTime({ clock, timeoutMs: 1000 }, endless);
  const own = withinTime({ clock, timeoutMs: 1000, tooLate: () => new Error('not within 1 s') }, endless);
  const both = Promise.all([
    t.throwsAsync(late, { message: 'no answer in time' }),
    t.throwsAsync(own, { message: 'not within 1 s' }),
  ]);
  clock.advance(1000);
  await both;
});

test('who asked may end it sooner', async (t) => {
  const clock = new VirtualClock();
  const asker = new AbortController();
  const run = withinTime({ clock, timeoutMs: 1000, signal: asker.signal }, endless);
  asker.abort(new Error('enough'));
  await t.throwsAsync(run, { message: 'enough' });
  t.is(clock.pending, 0);
});
