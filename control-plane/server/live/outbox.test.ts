// Frames hold what comes together, go at once after a quiet time, and never pile up without bound.
import test from 'ava';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import {
  FRAME_CHARS_MAX,
  FRAME_EVERY_MS,
  FULL_CHARS,
  HURRIED_FRAME_EVERY_MS,
  HURRY_MS,
  WAITING_CHARS_MAX,
} from './live-limits.ts';
import { createOutbox } from './outbox.ts';

function world() {
  const clock = new VirtualClock(1_000_000);
  const frames: string[] = [];
  const sent: (() => void)[] = [];
  const socket = {
    bufferedAmount: 0,
    send: (text: string, done: () => void): void => {
      frames.push(text);
      sent.push(done);
    },
  };
  let overflows = 0;
  const outbox = createOutbox(socket, clock, () => (overflows += 1));
  return { clock, frames, sent, socket, outbox, overflows: () => overflows };
}

test('the first line of a quiet time goes at once, what follows within the time together', (t) => {
  const { clock, frames, outbox } = world();
  outbox.write('1 a\n');
  outbox.write('2 b\n');
  clock.advance(0);
  t.deepEqual(frames, ['1 a\n2 b\n']);
  outbox.write('1 c\n');
  clock.advance(FRAME_EVERY_MS - 1);
  outbox.write('2 d\n');
  t.is(frames.length, 1);
  clock.advance(1);
  t.deepEqual(frames.slice(1), ['1 c\n2 d\n']);
  clock.advance(1_000);
  outbox.write('1 e\n');
  clock.advance(0);
  t.deepEqual(frames.slice(2), ['1 e\n']);
});

test('who has just opened something gets what there is without the pause, for a while', (t) => {
  const { clock, frames, outbox } = world();
  outbox.write('1 a\n');
  clock.advance(0);
  outbox.write('1 b\n');
  outbox.hurry();
  clock.advance(HURRIED_FRAME_EVERY_MS);
  t.deepEqual(frames, ['1 a\n', '1 b\n']);
  clock.advance(HURRY_MS);
  outbox.write('1 c\n');
  clock.advance(0);
  outbox.write('1 d\n');
  clock.advance(HURRIED_FRAME_EVERY_MS);
  t.is(frames.length, 3);
  clock.advance(FRAME_EVERY_MS);
  t.is(frames.length, 4);
});

test('a large frame goes before its time', (t) => {
  const { frames, outbox } = world();
  outbox.write('x'.repeat(FRAME_CHARS_MAX));
  t.is(frames.length, 1);
});

test('a state is sent as fast as the client takes it', async (t) => {
  const { sent, socket, outbox } = world();
  await outbox.ready();
  socket.bufferedAmount = FULL_CHARS + 1;
  let goesOn = false;
  const waiting = outbox.ready().then(() => (goesOn = true));
  await Promise.resolve();
  t.false(goesOn);
  outbox.write('x'.repeat(FRAME_CHARS_MAX));
  socket.bufferedAmount = 0;
  sent[0]?.();
  await waiting;
  t.true(goesOn);
});

test('what nobody reads ends it once, and who waits goes on', async (t) => {
  const { clock, frames, socket, outbox, overflows } = world();
  socket.bufferedAmount = WAITING_CHARS_MAX;
  const waiting = outbox.ready();
  outbox.write('x');
  await waiting;
  outbox.write('y');
  clock.advance(1_000);
  t.is(overflows(), 1);
  t.deepEqual(frames, []);
  await outbox.ready();
});
