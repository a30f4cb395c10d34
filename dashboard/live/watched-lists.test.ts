import test from 'ava';
import type { LiveListener } from './connection.ts';
import { createWatchedLists } from './watched-lists.ts';

function aWorld() {
  const open = new Map<string, LiveListener>();
  const timers = new Set<() => void>();
  const delays: number[] = [];
  const clock = { nowMs: 0 };
  const lists = createWatchedLists({
    connection: {
      open: (path, listener) => {
        open.set(path, listener);
        return () => open.delete(path);
      },
    },
    nowMs: () => clock.nowMs,
    schedule: (delayMs, run) => {
      delays.push(delayMs);
      timers.add(run);
      return () => timers.delete(run);
    },
  });
  const pass = (): void => {
    for (const run of [...timers]) {
      timers.delete(run);
      run();
    }
  };
  return { lists, open, pass, delays, clock };
}

test('two that look at the same share one subscription, which ends after the last', (t) => {
  const { lists, open, pass } = aWorld();
  const first = lists.look('/a');
  const second = lists.look('/a');
  t.is(open.size, 1);
  first.release();
  first.release();
  pass();
  t.is(open.size, 1);
  second.release();
  pass();
  t.is(open.size, 0);
});

test('who comes back in time finds the list as it was', (t) => {
  const { lists, open, pass } = aWorld();
  const first = lists.look('/a');
  open.get('/a')?.({ type: 'ADDED', object: { metadata: { uid: 'x' } } });
  pass();
  first.release();
  const again = lists.look('/a');
  pass();
  t.is(open.size, 1);
  t.deepEqual([...again.state.value.objects.keys()], ['x']);
});

test('many events are shown at once', (t) => {
  const { lists, open, pass } = aWorld();
  const { state } = lists.look('/a');
  let shown = 0;
  state.subscribe(() => (shown += 1));
  for (let at = 0; at < 50; at += 1)
    open.get('/a')?.({ type: 'ADDED', object: { metadata: { uid: String(at) } } });
  pass();
  t.is(state.value.objects.size, 50);
  t.is(shown, 2);
});

test('a change after a quiet time is shown at once, the next one waits', (t) => {
  const { lists, open, pass, delays, clock } = aWorld();
  lists.look('/a');
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  open.get('/a')?.({ type: 'BOOKMARK', object: { metadata: { annotations } } });
  pass();
  clock.nowMs = 1_000;
  open.get('/a')?.({ type: 'ADDED', object: { metadata: { uid: 'x' } } });
  pass();
  clock.nowMs = 1_030;
  open.get('/a')?.({ type: 'ADDED', object: { metadata: { uid: 'y' } } });
  t.deepEqual(delays, [0, 0, 70]);
});

test('a list that still arrives is not drawn with each of its parts, and at once when it is whole', (t) => {
  const { lists, open, pass, delays } = aWorld();
  const { state } = lists.look('/a');
  open.get('/a')?.({ type: 'RESTARTED' });
  pass();
  open.get('/a')?.({ type: 'ADDED', object: { metadata: { uid: 'x' } } });
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  open.get('/a')?.({ type: 'BOOKMARK', object: { metadata: { annotations } } });
  t.deepEqual(delays, [0, 100, 0]);
  pass();
  t.true(state.value.synced);
  t.is(state.value.objects.size, 1);
});
