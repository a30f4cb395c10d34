import test from 'ava';
import { createStartQueue } from './start-queue.ts';

test('tasks run in the order they came, so many at once, whatever becomes of them', async (t) => {
  const queue = createStartQueue(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const runs = [0, 1, 2, 3].map((index) =>
    queue.run(async () => {
      begun.push(index);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (index === 1) throw new Error('fails');
      return index;
    }),
  );
  const settled = Promise.allSettled(runs);
  await turns();
  t.deepEqual(begun, [0, 1]);
  t.is(queue.size, 4);
  ends[1]?.();
  await turns();
  t.deepEqual(begun, [0, 1, 2]);
  ends[0]?.();
  ends[2]?.();
  await turns();
  ends[3]?.();
  t.deepEqual(
    (await settled).map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  );
  t.is(queue.size, 0);
});

test('a task that is not wanted any more does not begin', async (t) => {
  const queue = createStartQueue(1);
  let release = (): void => undefined;
  const first = queue.run(() => new Promise<void>((resolve) => (release = resolve)));
  const abort = new AbortController();
  const second = queue.run(async () => t.fail(), abort.signal);
  const third = queue.run(async () => 'third');
  abort.abort(new Error('enough'));
  await t.throwsAsync(second, { message: 'enough' });
  release();
  await first;
  t.is(await third, 'third');
  await t.throwsAsync(
    queue.run(async () => t.fail(), AbortSignal.abort(new Error('too late'))),
    { message: 'too late' },
  );
  t.is(queue.size, 0);
});

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
