import test from 'ava';
import fc from 'fast-check';
import { seededRandom } from './random.ts';
import { VirtualClock } from './virtual-clock.ts';
import { DELAY_MAX_MS, WorkQueue, type WorkQueueHooks } from './work-queue.ts';

interface Changes {
  sizeMax?: number;
  hooks?: WorkQueueHooks;
  perSecond?: number;
  burst?: number;
}

function queueOn(clock: VirtualClock, changes: Changes = {}): WorkQueue {
  return new WorkQueue({
    clock,
    random: seededRandom(1),
    backoff: { initialMs: 100, maxMs: 1000, factor: 2, jitter: 0 },
    retryRate: { perSecond: changes.perSecond ?? 1000, burst: changes.burst ?? 1000 },
    sizeMax: changes.sizeMax ?? 100,
    ...(changes.hooks === undefined ? {} : { hooks: changes.hooks }),
  });
}

test('keys come in order, each once', async (t) => {
  const queue = queueOn(new VirtualClock());
  for (const key of ['a', 'b', 'a']) queue.add(key);
  t.is(queue.depth, 2);
  t.is(await queue.take(), 'a');
  t.is(await queue.take(), 'b');
  t.is(queue.depth, 0);
});

test('a key added while worked on comes again after it is done, not before', async (t) => {
  const queue = queueOn(new VirtualClock());
  queue.add('a');
  await queue.take();
  queue.add('a');
  queue.add('a');
  t.is(queue.depth, 0);
  queue.done('a');
  t.is(await queue.take(), 'a');
  queue.done('a');
  t.is(queue.depth, 0);
});

test('a waiting taker gets the next key', async (t) => {
  const queue = queueOn(new VirtualClock());
  const taken = queue.take();
  queue.add('a');
  t.is(await taken, 'a');
});

test('of several delays the earliest counts', (t) => {
  const clock = new VirtualClock();
  const queue = queueOn(clock);
  queue.addAfter('a', 500);
  queue.addAfter('a', 200);
  queue.addAfter('a', 900);
  clock.advance(199);
  t.is(queue.depth, 0);
  clock.advance(1);
  t.is(queue.depth, 1);
  clock.advance(1000);
  t.is(queue.depth, 1);
  t.is(clock.nextDueMs(), undefined);
});

test('a delay beyond what timers can hold wakes the key early rather than at once', (t) => {
  const clock = new VirtualClock();
  const queue = queueOn(clock);
  queue.addAfter('a', 400 * DELAY_MAX_MS);
  t.is(clock.nextDueMs(), DELAY_MAX_MS);
});

test('failures of one key double its delay up to the maximum; forget starts over', async (t) => {
  const clock = new VirtualClock();
  const queue = queueOn(clock);
  const delays = [];
  for (let failure = 0; failure < 6; failure += 1) {
    queue.add('a');
    const key = await queue.take();
    delays.push(queue.retry(key ?? ''));
    queue.done('a');
    clock.advance(2000);
    await queue.take();
    queue.done('a');
  }
  t.deepEqual(delays, [100, 200, 400, 800, 1000, 1000]);
  t.is(queue.failures('a'), 6);
  t.is(queue.retry('b'), 100);
  queue.forget('a');
  t.is(queue.retry('a'), 100);
});

test('the retries of all keys together keep to the rate', (t) => {
  const queue = queueOn(new VirtualClock(), { perSecond: 1, burst: 1 });
  t.deepEqual([queue.retry('a'), queue.retry('b'), queue.retry('c')], [100, 1000, 2000]);
});

test('a full queue refuses new keys, tells of it, and still knows those it has', (t) => {
  const refused: string[] = [];
  const queue = queueOn(new VirtualClock(), { sizeMax: 1, hooks: { onRefused: (key) => refused.push(key) } });
  t.true(queue.add('a'));
  t.true(queue.addAfter('b', 10), 'delayed keys take no room from ready ones');
  t.false(queue.add('c'));
  t.false(queue.addAfter('d', 10));
  t.true(queue.add('a'));
  t.true(queue.addAfter('b', 5));
  t.deepEqual(refused, ['c', 'd']);
});

test('hooks see depth and how long a key waited', async (t) => {
  const clock = new VirtualClock();
  const depths: number[] = [];
  const waits: [string, number][] = [];
  const hooks = {
    onDepth: (depth: number) => depths.push(depth),
    onTaken: (key: string, waitedMs: number) => waits.push([key, waitedMs]),
  };
  const queue = queueOn(clock, { hooks });
  queue.add('a');
  clock.advance(70);
  await queue.take();
  t.deepEqual(depths, [1, 0]);
  t.deepEqual(waits, [['a', 70]]);
});

test('closing and aborting end the wait of takers', async (t) => {
  const queue = queueOn(new VirtualClock());
  const aborted = new AbortController();
  const first = queue.take(aborted.signal);
  const second = queue.take();
  aborted.abort();
  t.is(await first, undefined);
  queue.add('a');
  t.is(await second, 'a');
  const third = queue.take();
  queue.close();
  t.is(await third, undefined);
  t.false(queue.add('b'));
  t.is(await queue.take(), undefined);
});

test('closing cancels all timers', (t) => {
  const clock = new VirtualClock();
  const queue = queueOn(clock);
  queue.addAfter('a', 100);
  queue.retry('b');
  queue.close();
  t.is(clock.nextDueMs(), undefined);
});

const STEP = fc.oneof(
  fc.record({ act: fc.constant('add' as const), key: fc.nat(4) }),
  fc.record({ act: fc.constant('later' as const), key: fc.nat(4), delayMs: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ act: fc.constant('retry' as const), key: fc.nat(4) }),
  fc.record({ act: fc.constant('advance' as const), byMs: fc.integer({ min: 1, max: 500 }) }),
  fc.record({ act: fc.constant('take' as const) }),
  fc.record({ act: fc.constant('done' as const), index: fc.nat(3) }),
);

test('whatever happens, no key is worked on twice at once and none that was added is lost', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 60 }), async (steps) => {
      const clock = new VirtualClock();
      const queue = queueOn(clock);
      const working: string[] = [];
      /** Keys added since they were last taken. */
      const owed = new Set<string>();
      const take = async (): Promise<void> => {
        const key = await queue.take();
        t.false(key === undefined || working.includes(key));
        working.push(key ?? '');
        owed.delete(key ?? '');
      };
      for (const step of steps) {
        const key = 'key' in step ? `k${step.key}` : '';
        if (step.act !== 'take' && step.act !== 'done' && step.act !== 'advance') owed.add(key);
        if (step.act === 'add') queue.add(key);
        if (step.act === 'later') queue.addAfter(key, step.delayMs);
        if (step.act === 'retry') queue.retry(key);
        if (step.act === 'advance') clock.advance(step.byMs);
        if (step.act === 'take' && queue.depth > 0) await take();
        if (step.act === 'done') working.splice(step.index, 1).forEach((done) => queue.done(done));
      }
      clock.advance(60_000);
      working.splice(0).forEach((done) => queue.done(done));
      while (queue.depth > 0) {
        await take();
        working.splice(0).forEach((done) => queue.done(done));
      }
      t.deepEqual([...owed], []);
    }),
    { numRuns: 200 },
  );
});
