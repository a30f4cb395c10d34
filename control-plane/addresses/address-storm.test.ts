import test from 'ava';
import fc from 'fast-check';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createMemoryStore } from '../store/memory-store.ts';
import { FORMS, startStorm, type StormStep } from './address-storm.ts';

const STEP: fc.Arbitrary<StormStep> = fc.record({
  server: fc.constantFrom(0, 1),
  type: fc.constantFrom('create', 'create', 'create', 'delete', 'change'),
  service: fc.nat(15),
  form: fc.constantFrom(...(Object.keys(FORMS) as StormStep['form'][])),
});
const WAVES = fc.array(fc.array(STEP, { minLength: 4, maxLength: 24 }), { minLength: 2, maxLength: 6 });

test('whatever two servers do at once, no address is given twice and none is lost', async (t) => {
  let granted = 0;
  await fc.assert(
    fc.asyncProperty(WAVES, fc.nat(1_000_000), fc.constantFrom(0, 0.2), async (waves, seed, failing) => {
      const clock = new VirtualClock();
      const store = createMemoryStore({ clock });
      const storm = await startStorm(store, clock, seed, failing);
      try {
        for (const wave of waves) {
          granted += await storm.wave(wave);
          t.deepEqual(await storm.findings(), []);
        }
      } finally {
        await storm.stop();
        await store.close();
      }
    }),
    { numRuns: 60 },
  );
  t.true(granted > 200, `only ${granted} requests were granted`);
});
