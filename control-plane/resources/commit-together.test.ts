// Many small writes in shared transactions: each has the outcome that it would have had alone.
import test from 'ava';
import fc from 'fast-check';
import { codeOf } from '@gantry/kit/operational-error';
import { mustCommit, put } from '../store/contract-steps.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Commit, Store } from '../store/store.ts';
import { TRANSACTION_OPERATIONS_MAX } from '../store/store.ts';
import { commitTogether, type SmallWrite } from './commit-together.ts';
import type { ResourcesDeps } from './deps.ts';

/** Only the store is used. */
const depsOn = (store: Pick<Store, 'commit'>): ResourcesDeps => ({ store }) as unknown as ResourcesDeps;

const small = (key: string, value: string, ...conditions: SmallWrite['conditions']): SmallWrite => ({
  conditions,
  write: { type: 'put', key, value },
});

function counted(base: Store): { store: Pick<Store, 'commit'>; commits: Commit[] } {
  const commits: Commit[] = [];
  const commit = (one: Commit, signal?: AbortSignal) => {
    commits.push(one);
    return base.commit(one, signal);
  };
  return { store: { commit }, commits };
}

test('writes share transactions, within the limits of one', async (t) => {
  const { store, commits } = counted(createMemoryStore());
  const many = Array.from({ length: 250 }, (_, index) => small(`/k/${index}`, '1', absent(`/k/${index}`)));
  const large = Array.from({ length: 3 }, (_, index) => small(`/l/${index}`, 'x'.repeat(600_000)));
  const outcomes = await commitTogether(depsOn(store), [...many, ...large], { fence: [] });
  t.true(outcomes.every(({ type }) => type === 'done'));
  t.true(commits.every(({ writes }) => writes.length <= TRANSACTION_OPERATIONS_MAX));
  t.is(commits.length, 3 + 2);
});

test('a deposed leader writes nothing, and each write is told so', async (t) => {
  const store = createMemoryStore();
  const fence = [{ key: '/leader', modRevision: 99 }];
  const outcomes = await commitTogether(depsOn(store), [small('/a', '1'), small('/b', '2')], { fence });
  t.deepEqual(
    outcomes.map((outcome) => outcome.type === 'failed' && codeOf(outcome.error)),
    ['fenced', 'fenced'],
  );
  t.is((await store.list('/')).entries.length, 0);
});

test('two revisions of one key are never asked for in one transaction', async (t) => {
  const store = createMemoryStore();
  const old = await mustCommit(store, put('/namespace', 'old'));
  const now = await mustCommit(store, put('/namespace', 'new'));
  const outcomes = await commitTogether(
    depsOn(store),
    [
      small('/a', '1', { key: '/namespace', modRevision: old }),
      small('/b', '1', { key: '/namespace', modRevision: now }),
    ],
    { fence: [] },
  );
  t.deepEqual(
    outcomes.map(({ type }) => type),
    ['lost', 'done'],
  );
});

test('each write has the outcome that it would have had alone', async (t) => {
  const keys = Array.from({ length: 12 }, (_, index) => `/k/${index}`);
  const revisions = fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 12, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.subarray(keys), revisions, async (present, asked) => {
      const store = createMemoryStore();
      for (const key of present) await mustCommit(store, put(key, 'old'));
      const truth = new Map((await store.list('/k/')).entries.map((entry) => [entry.key, entry.modRevision]));
      const writes = keys.map((key, index) => small(key, 'new', { key, modRevision: asked[index] ?? 0 }));
      const outcomes = await commitTogether(depsOn(store), writes, { fence: [] });
      const after = new Map((await store.list('/k/')).entries.map((entry) => [entry.key, entry.value]));
      keys.forEach((key, index) => {
        const holds = (truth.get(key) ?? 0) === asked[index];
        t.is(outcomes[index]?.type, holds ? 'done' : 'lost');
        t.is(after.get(key), holds ? 'new' : truth.has(key) ? 'old' : undefined);
      });
    }),
    { numRuns: 60 },
  );
});

function absent(key: string) {
  return { key, modRevision: 0 };
}
