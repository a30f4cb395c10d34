import test from 'ava';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createHollowDisk } from '../../machine/hollow/hollow-disk.ts';
import { HollowState } from './hollow-state.ts';

test('a host begins many things at once without a word of Node about it, and all end with it', async (t) => {
  const warnings: string[] = [];
  const note = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', note);
  t.teardown(() => process.off('warning', note));
  const clock = new VirtualClock();
  const state = new HollowState({ clock, disk: createHollowDisk(), ids: idsFrom(seededRandom(1)) });
  for (let time = 0; time < 2; time += 1) {
    const waits = Array.from({ length: 40 }, () => state.wait(1_000));
    state.switchOff();
    const ends = await Promise.allSettled(waits);
    t.true(ends.every(({ status }) => status === 'rejected'));
    state.switchOn();
  }
  // Node gives its warnings in a turn of their own.
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(warnings, []);
});
