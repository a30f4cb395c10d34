import test from 'ava';
import { podKind } from '@gantry/api/kinds/pod';
import { seededRandom } from '@gantry/kit/random';
import type { Cache } from '../cache/cache.ts';
import type { ApplyOutcome } from './apply.ts';
import { KeyMemory } from './key-memory.ts';

const NOTHING: ApplyOutcome = { revision: 0, writes: 0, conflict: false, ambiguous: false };
const FAILURE = {
  type: 'create' as const,
  definition: podKind,
  name: 'p',
  code: 'Timeout',
  message: 'no answer',
};
const signal = new AbortController().signal;

/** What a cache at a revision is asked to wait for. */
async function waitsOf(memory: KeyMemory, revision: number): Promise<string[]> {
  const asked: string[] = [];
  const cache: Pick<Cache, 'revision' | 'waitFor' | 'waitForNewest'> = {
    revision,
    waitFor: (to) => Promise.resolve(void asked.push(`revision ${to}`)),
    waitForNewest: () => Promise.resolve(void asked.push('newest')),
  };
  await memory.caughtUp('key', cache as Cache, signal);
  return asked;
}

test('a key waits for its own last write, and not when the cache is there already', async (t) => {
  const memory = new KeyMemory(seededRandom(1));
  t.deepEqual(await waitsOf(memory, 5), []);
  memory.learn('key', { ...NOTHING, revision: 9, writes: 1 }, 1);
  t.deepEqual(await waitsOf(memory, 5), ['revision 9']);
  t.deepEqual(await waitsOf(memory, 9), []);
  memory.learn('key', NOTHING, 1);
  t.deepEqual(await waitsOf(memory, 5), []);
});

test('after a conflict or an unknown outcome all that the store has is waited for', async (t) => {
  const memory = new KeyMemory(seededRandom(1));
  memory.learn('key', { ...NOTHING, conflict: true }, 1);
  t.deepEqual(await waitsOf(memory, 5), ['newest']);
  memory.learn('key', { ...NOTHING, revision: 9, writes: 1, ambiguous: true, failure: FAILURE }, 1);
  t.deepEqual(await waitsOf(memory, 5), ['newest', 'revision 9']);
});

test('ids are new for each plan, but the same again after an unknown outcome', (t) => {
  const memory = new KeyMemory(seededRandom(1));
  const first = memory.seed('key');
  t.not(memory.seed('key'), first);
  memory.learn('key', { ...NOTHING, ambiguous: true, failure: FAILURE }, 42);
  t.is(memory.seed('key'), 42);
  t.is(memory.failure('key'), FAILURE);
  memory.learn('key', { ...NOTHING, failure: FAILURE }, 42);
  t.not(memory.seed('key'), 42);
  memory.learn('key', NOTHING, 42);
  t.is(memory.failure('key'), undefined);
});
