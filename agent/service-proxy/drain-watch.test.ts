// Until when what was taken out counts as having requests, on a clock that stands still.
import test from 'ava';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { DrainWatch, DRAIN_WITHIN_MS, type Applied } from './drain-watch.ts';
import type { LaidServer } from './layout.ts';

const HEADER = '# pxname,svname,qcur,qmax,scur,smax';

/** A HAProxy with requests as a test says. */
function open() {
  const clock = new VirtualClock();
  const world = {
    sessions: {} as Record<string, number>,
    isAlone: true,
    isSilent: false,
    asked: 0,
    told: 0,
  };
  const watch = new DrainWatch({
    clock,
    haproxy: {
      ask(lines) {
        world.asked += 1;
        if (world.isSilent) return Promise.reject(new Error('silent'));
        const rows = (slot = ''): string[] =>
          Object.entries(world.sessions)
            .filter(([key]) => key.startsWith(`${slot}/`))
            .map(([key, count]) => `${key.replace('/', ',')},0,0,${count},9`);
        return Promise.resolve(lines.map((line) => [HEADER, ...rows(line.split(' ')[2]), ''].join('\n')));
      },
      isAlone: () => Promise.resolve(world.isAlone),
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

/** Servers of one slot, by id. */
function applied(
  revision: number,
  states: Record<string, LaidServer['state']>,
  more: Partial<Applied> = {},
): Applied {
  const servers = Object.entries(states).map(([id, state]): [string, LaidServer] => [
    id,
    { id, address: '10.244.0.1', port: 80, weight: 1, state },
  ]);
  const layout = { servers: new Map([['http-0001', new Map(servers)]]) };
  return { revision: String(revision), generation: 'g-1', layout, isAwaited: true, ...more };
}

test('nothing that leaves: all is over at once, and told when somebody waits', async (t) => {
  const { watch, world, pass, stop } = open();
  t.is(watch.revision(), undefined);
  watch.onApplied(applied(5, { a: 'ready' }, { isAwaited: false }));
  t.is(watch.revision(), '5');
  await pass(500);
  t.is(world.told, 0);
  watch.onApplied(applied(6, { a: 'ready' }));
  await pass(50);
  t.is(world.told, 1);
  t.is(world.asked, 0);
  await pass(5_000);
  t.is(world.told, 1);
  await stop();
});

test('a server without requests is told at once; one with some when they have ended', async (t) => {
  const { watch, world, pass, stop } = open();
  world.sessions = { 'http-0001/a': 0, 'http-0001/b': 2 };
  watch.onApplied(applied(5, { a: 'drain', b: 'ready' }));
  await pass(30);
  t.is(watch.revision(), '5');
  t.is(world.told, 1);
  watch.onApplied(applied(8, { a: 'drain', b: 'drain' }));
  await pass(60);
  t.is(watch.revision(), '7', 'what was taken out before is out');
  t.is(world.told, 1, 'for a moment one is waited for');
  await pass(60);
  t.is(world.told, 2, 'whoever waits for what is in force alone');
  world.sessions = { 'http-0001/b': 0 };
  await pass(30);
  t.is(watch.revision(), '8');
  t.is(world.told, 3);
  await stop();
});

test('nothing is waited for longer than its time, nor for ever while others come', async (t) => {
  const { watch, world, pass, stop } = open();
  world.sessions = { 'http-0001/a': 1, 'http-0001/b': 1 };
  watch.onApplied(applied(5, { a: 'maint', b: 'ready' }));
  await pass(DRAIN_WITHIN_MS - 500);
  t.is(watch.revision(), '4');
  watch.onApplied(applied(9, { a: 'maint', b: 'drain' }));
  t.is(watch.revision(), '4');
  await pass(600);
  t.is(watch.revision(), '8');
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
  world.sessions = { 'http-0001/a': 1, 'http-0001/b': 1 };
  watch.onApplied(applied(5, { a: 'drain', b: 'drain' }));
  await pass(50);
  t.is(watch.revision(), '4');
  watch.onApplied(applied(6, { a: 'ready' }));
  t.is(watch.revision(), '6');
  await stop();
});

test('after a reload the processes of before are waited for', async (t) => {
  const { watch, world, pass, stop } = open();
  watch.onApplied(applied(5, { a: 'ready' }));
  world.isAlone = false;
  watch.onApplied(applied(6, {}, { generation: 'g-2' }));
  await pass(500);
  t.is(watch.revision(), '5');
  world.isAlone = true;
  await pass(50);
  t.is(watch.revision(), '6');
  await stop();
});
