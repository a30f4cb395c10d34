import test from 'ava';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { collect, failureCode, freshPrefix, mustCommit, put } from './contract-steps.ts';
import { createMemoryStore } from './memory-store.ts';
import { testStoreContract } from './store-contract.ts';

testStoreContract(test, async () => {
  const clock = new VirtualClock();
  return {
    store: createMemoryStore({ clock }),
    passTime: (durationMs) => {
      clock.advance(durationMs);
      return new Promise((resolve) => setImmediate(resolve));
    },
  };
});

test('a history that nobody compacts stays bounded, and who is behind it is told so', async (t) => {
  const store = createMemoryStore({ clock: new VirtualClock(), historyRevisionsMax: 100 });
  const prefix = freshPrefix();
  const first = await mustCommit(store, put(`${prefix}k`, '0'));
  const slow = store.watch(prefix, first - 1, new AbortController().signal)[Symbol.asyncIterator]();
  await slow.next();
  for (let count = 1; count <= 1_000; count++) await mustCommit(store, put(`${prefix}k`, String(count)));
  const newest = await store.currentRevision();
  t.is(await failureCode(() => store.list(prefix, { revision: newest - 101 })), 'store-compacted');
  t.is(await failureCode(() => slow.next()), 'store-compacted');
  const past = await store.list(prefix, { revision: newest - 40 });
  t.deepEqual(
    past.entries.map((entry) => entry.value),
    [String(1_000 - 40)],
  );
  const { events } = await collect(store, prefix, newest - 40, (all) => all.length >= 40);
  t.is(events.length, 40);
  await store.close();
});
