import test from 'ava';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { CAUSE_WAIT_MS, createDeathCauses, type Death } from './death-causes.ts';

const death = (more: Partial<Death> = {}): Death => ({
  ...{ exitCode: 137, oomKilled: false, memoryLimitBytes: 1 << 20 },
  ...more,
});

function lab() {
  const clock = new VirtualClock(0);
  return { clock, causes: createDeathCauses(clock) };
}

test('what the inspection knows, and deaths that cannot be for memory, are told at once', async (t) => {
  const { causes } = lab();
  t.true(await causes.ranOutOfMemory('c', death({ oomKilled: true })));
  t.false(await causes.ranOutOfMemory('c', death({ exitCode: 1 })));
  t.false(await causes.ranOutOfMemory('c', death({ memoryLimitBytes: 0 })));
});

test('a cause that comes after the death is waited for, by all who ask', async (t) => {
  const { causes } = lab();
  const asked = [causes.ranOutOfMemory('c', death()), causes.ranOutOfMemory('c', death())];
  causes.noteOutOfMemory('c');
  t.deepEqual(await Promise.all(asked), [true, true]);
  causes.noteKill('c');
  t.true(await causes.ranOutOfMemory('c', death()), 'it stays the cause');
});

test('a container that was killed on purpose is not waited for', async (t) => {
  const { causes } = lab();
  causes.noteKill('c');
  t.false(await causes.ranOutOfMemory('c', death()));
});

test('without a word the wait ends, once; a late word still counts; a new container of the name is another', async (t) => {
  const { causes, clock } = lab();
  const asked = causes.ranOutOfMemory('c', death());
  clock.advance(CAUSE_WAIT_MS);
  t.false(await asked);
  t.false(await causes.ranOutOfMemory('c', death()));
  causes.noteOutOfMemory('c');
  t.true(await causes.ranOutOfMemory('c', death()));
  causes.forget('c');
  const again = causes.ranOutOfMemory('c', death());
  clock.advance(CAUSE_WAIT_MS);
  t.false(await again);
});
