import test from 'ava';
import { VirtualClock } from '@gantry/kit/virtual-clock';
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
