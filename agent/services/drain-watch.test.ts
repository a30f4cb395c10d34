// Until when what was taken out counts as having requests, on a clock that stands still.
import test from 'ava';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { DrainWatch, DRAIN_WITHIN_MS, type Applied } from './drain-watch.ts';

/** Requests as a test says. */
function open() {
  const clock = new VirtualClock();
  const world = { requests: {} as Record<string, number>, isSilent: false, asked: 0, told: 0 };
  const watch = new DrainWatch({
    clock,
    requestsTo: () => {
      world.asked += 1;
      if (world.isSilent) return Promise.reject(new Error('silent'));
      return Promise.resolve(new Map(Object.entries(world.requests)));
    },
  });
  const end = new AbortController();
  const running = watch.run(() => (world.told += 1), end.signal);
  return {
    ...{ watch, world },
    pass: async (ms: number): Promise<void> => {
      for (let left = ms; left > 0; left -= 10) {
        clock.advance(10);
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      }
    },
    stop: async (): Promise<void> => {
      end.abort(new Error('stop'));
      await running;
    },
  };
}

const applied = (revision: number, leaving: string[], isAwaited = true): Applied => ({
  ...{ revision: String(revision), leaving, isAwaited },
});

test('nothing that leaves: all is over at once, and told when somebody waits', async (t) => {
  const { watch, world, pass, stop } = open();
  t.is(watch.revision(), undefined);
  watch.onApplied(applied(5, [], false));
  t.is(watch.revision(), '5');
  await pass(500);
  t.is(world.told, 0);
  watch.onApplied(applied(6, []));
  await pass(50);
  t.is(world.told, 1);
  t.is(world.asked, 0);
  await pass(5_000);
  t.is(world.told, 1);
  await stop();
});

test('what has no requests is told at once; what has some when they have ended', async (t) => {
  const { watch, world, pass, stop } = open();
  world.requests = { a: 0, b: 2 };
  watch.onApplied(applied(5, ['a']));
  await pass(30);
  t.is(watch.revision(), '5');
  t.is(world.told, 1);
  watch.onApplied(applied(8, ['a', 'b']));
  await pass(60);
  t.is(watch.revision(), '5', 'any change after that may be the one that took it out');
  t.is(world.told, 1, 'for a moment one is waited for');
  await pass(60);
  t.is(world.told, 2, 'whoever waits for what is in force alone');
  world.requests = { b: 0 };
  await pass(30);
  t.is(watch.revision(), '8');
  t.is(world.told, 3);
  await stop();
});

test('nothing is waited for longer than its time, nor for ever while others come', async (t) => {
  const { watch, world, pass, stop } = open();
  world.requests = { a: 1, b: 1 };
  watch.onApplied(applied(5, ['a']));
  await pass(DRAIN_WITHIN_MS - 500);
  t.is(watch.revision(), '0');
  watch.onApplied(applied(9, ['a', 'b']));
  t.is(watch.revision(), '0');
  await pass(600);
  t.is(watch.revision(), '5');
  world.isSilent = true;
  await pass(DRAIN_WITHIN_MS);
  t.is(watch.revision(), '9');
  const { asked } = world;
  await pass(DRAIN_WITHIN_MS);
  t.is(world.asked, asked, 'nobody is asked any more');
  await stop();
});

test('one that comes back or is gone is not waited for', async (t) => {
  const { watch, world, pass, stop } = open();
  world.requests = { a: 1, b: 1 };
  watch.onApplied(applied(5, ['a', 'b']));
  await pass(50);
  t.is(watch.revision(), '0');
  watch.onApplied(applied(6, []));
  t.is(watch.revision(), '6');
  await stop();
});
