// Files behind what runs: the newest only, one write at a time, and failures that are known until they are mended.
import test from 'ava';
import { FilesInStep } from './files-in-step.ts';
import type { StoredSlots } from './haproxy-files.ts';
import type { RenderedProxy } from './render-config.ts';

const rendered = (config: string): RenderedProxy => ({ config, maps: {} });
const slots = (generation: string): StoredSlots => ({
  ...{ generation, serviceCidr: '10.96.0.0/16', slots: [], assigned: [] },
});

function open() {
  const written: string[] = [];
  const state = { fails: false, atOnce: 0, atOnceMax: 0 };
  const files = new FilesInStep({
    readSlots: () => Promise.resolve(undefined),
    writeSlots: ({ generation }) => {
      if (state.fails) return Promise.reject(new Error('no room'));
      written.push(generation);
      return Promise.resolve();
    },
    writeInStep: async ({ config }) => {
      state.atOnce += 1;
      state.atOnceMax = Math.max(state.atOnceMax, state.atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      state.atOnce -= 1;
      if (state.fails) throw new Error('no room');
      written.push(config);
    },
  });
  return { files, written, state };
}

test('what has been overtaken is not written', async (t) => {
  const { files, written, state } = open();
  for (const config of ['a', 'b', 'c']) files.keep(() => rendered(config));
  await files.settled();
  t.deepEqual(written, ['a', 'c']);
  t.is(state.atOnceMax, 1);
});

test('a write that failed is known until one has succeeded', async (t) => {
  const { files, state, written } = open();
  state.fails = true;
  files.keep(() => rendered('a'));
  await t.throwsAsync(files.settled(), { message: 'no room' });
  t.true(files.isBehind);
  state.fails = false;
  files.keep(() => rendered('b'));
  await files.settled();
  t.false(files.isBehind);
  t.deepEqual(written, ['b']);
});

test('what a later agent has to know is written once, and again after a failure', async (t) => {
  const { files, state, written } = open();
  await files.store(slots('g-1'));
  await files.store(slots('g-1'));
  t.deepEqual(written, ['g-1']);
  state.fails = true;
  await t.throwsAsync(files.store(slots('g-2')));
  state.fails = false;
  await files.store(slots('g-2'));
  t.deepEqual(written, ['g-1', 'g-2']);
});
