import test from 'ava';
import fc from 'fast-check';
import { failureCode, put } from './contract-steps.ts';
import { WAITING_COMMITS_MAX, withGroupCommit } from './group-commit.ts';
import { createMemoryStore } from './memory-store.ts';
import { testStoreContract } from './store-contract.ts';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import type { Commit, CommitResult, Store } from './store.ts';

testStoreContract(test, async () => {
  const clock = new VirtualClock();
  const passTime = (durationMs: number): Promise<void> => {
    clock.advance(durationMs);
    return new Promise((resolve) => setImmediate(resolve));
  };
  return { store: withGroupCommit(createMemoryStore({ clock })), passTime };
});

/** A store whose commits are held until `release`, and which remembers them. */
function heldStore(): { store: Store; sent: Commit[]; release: () => void; base: Store } {
  const base = createMemoryStore();
  const sent: Commit[] = [];
  let held: (() => void)[] = [];
  const store: Store = Object.assign(Object.create(base) as Store, {
    commit: async (commit: Commit): Promise<CommitResult> => {
      sent.push(commit);
      await new Promise<void>((resolve) => held.push(resolve));
      return base.commit(commit);
    },
  });
  const release = (): void => {
    const now = held;
    held = [];
    for (const go of now) go();
  };
  return { store, sent, release, base };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Releases until everything has been answered. */
async function drain<T>(release: () => void, work: Promise<T>): Promise<T> {
  let done = false;
  const end = (): void => {
    done = true;
  };
  work.then(end, end);
  while (!done) {
    release();
    await turn();
  }
  return work;
}

test('a lone commit is sent at once; those that wait meanwhile share the next transaction', async (t) => {
  const { store, sent, release } = heldStore();
  const grouped = withGroupCommit(store);
  const results = Array.from({ length: 50 }, (_, index) => grouped.commit(put(`/k/${index}`, '1', 0)));
  t.is(sent.length, 2);
  const answers = await drain(release, Promise.all(results));
  t.is(sent.length, 3);
  t.is(sent[2]?.writes.length, 48);
  t.true(answers.every((answer) => answer.ok));
  t.is(new Set(answers.map((answer) => answer.revision)).size, 3);
});

test('commits under one fence share a transaction, with the fence in it once', async (t) => {
  const { store, sent, release, base } = heldStore();
  const leader = (await base.commit(put('/gantry/leader', 'me'))).revision;
  const grouped = withGroupCommit(store);
  const fence = { key: '/gantry/leader', modRevision: leader };
  const fenced = (index: number): Commit => {
    return { conditions: [fence], writes: [{ type: 'put', key: `/k/${index}`, value: '1' }] };
  };
  await drain(release, Promise.all(Array.from({ length: 30 }, (_, index) => grouped.commit(fenced(index)))));
  t.is(sent.length, 3);
  t.deepEqual(sent[2]?.conditions, [fence]);
});

test('a transaction never holds more than 128 operations or a megabyte', async (t) => {
  const { store, sent, release } = heldStore();
  const grouped = withGroupCommit(store);
  const small = Array.from({ length: 300 }, (_, index) => grouped.commit(put(`/s/${index}`, '1')));
  const large = Array.from({ length: 5 }, (_, index) =>
    grouped.commit(put(`/l/${index}`, 'x'.repeat(400_000))),
  );
  await drain(release, Promise.all([...small, ...large]));
  for (const { writes } of sent) {
    t.true(writes.length <= 128);
    t.true(JSON.stringify(writes).length < 1_100_000);
  }
  t.true(sent.length <= 8);
});

test('one conflict does not hurt the others in its transaction', async (t) => {
  const { store, release, base } = heldStore();
  const old = (await base.commit(put('/k/taken', 'old'))).revision;
  const grouped = withGroupCommit(store);
  const results = Array.from({ length: 20 }, (_, index) =>
    index % 7 === 3
      ? grouped.commit({ ...put(`/k/${index}`, '1'), conditions: [{ key: '/k/taken', modRevision: 0 }] })
      : grouped.commit(put(`/k/${index}`, '1', 0)),
  );
  const answers = await drain(release, Promise.all(results));
  answers.forEach((answer, index) => {
    t.is(answer.ok, index % 7 !== 3);
    if (!answer.ok)
      t.deepEqual(
        answer.current.map((entry) => [entry.key, entry.modRevision]),
        [['/k/taken', old]],
      );
  });
});

test('a lost lease fails its own commit only', async (t) => {
  const { store, release } = heldStore();
  const grouped = withGroupCommit(store);
  const codes = await drain(
    release,
    Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const leaseId = index === 5 ? { leaseId: '12345' } : {};
        const write = { type: 'put' as const, key: `/k/${index}`, value: '1', ...leaseId };
        return failureCode(() => grouped.commit({ conditions: [], writes: [write] }));
      }),
    ),
  );
  t.deepEqual(
    codes,
    Array.from({ length: 10 }, (_, index) => (index === 5 ? 'lease-lost' : undefined)),
  );
});

test('a queue that is full refuses at once', async (t) => {
  const { store, release } = heldStore();
  const grouped = withGroupCommit(store);
  const results = Array.from({ length: WAITING_COMMITS_MAX + 2 }, (_, index) =>
    grouped.commit(put(`/k/${index}`, '1')),
  );
  t.is(await failureCode(() => grouped.commit(put('/k/more', '1'))), 'store-busy');
  await drain(release, Promise.all(results));
  t.is(await failureCode(() => drain(release, grouped.commit(put('/k/more', '1')))), undefined);
});

test('a commit given up while it waits is not sent', async (t) => {
  const { store, sent, release } = heldStore();
  const grouped = withGroupCommit(store);
  const first = [grouped.commit(put('/k/1', '1')), grouped.commit(put('/k/2', '1'))];
  const controller = new AbortController();
  const given = grouped.commit(put('/k/3', '1'), controller.signal);
  controller.abort(new Error('enough'));
  await t.throwsAsync(given, { message: 'enough' });
  await drain(release, Promise.all(first));
  t.deepEqual(
    sent.flatMap(({ writes }) => writes.map((write) => write.key)),
    ['/k/1', '/k/2'],
  );
});

test('whatever is committed at once, the outcome is one that the plain store could have given', async (t) => {
  const key = fc.constantFrom('/a', '/b', '/c', '/d', '/e', '/f');
  const commit = fc.record({
    conditions: fc.uniqueArray(fc.record({ key, modRevision: fc.integer({ min: 0, max: 6 }) }), {
      maxLength: 2,
      selector: (condition) => condition.key,
    }),
    writes: fc.uniqueArray(
      fc.oneof(
        fc.record({ type: fc.constant('put' as const), key, value: fc.string({ maxLength: 2 }) }),
        fc.record({ type: fc.constant('delete' as const), key }),
      ),
      { minLength: 1, maxLength: 3, selector: (write) => write.key },
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(commit, { minLength: 1, maxLength: 25 }), async (commits) => {
      const { store, sent, release, base } = heldStore();
      const grouped = withGroupCommit(store);
      const answers = await drain(release, Promise.all(commits.map((each) => grouped.commit(each))));
      t.true(sent.length <= 2 * commits.length + 1);
      // What was written, told in the order of the answers' revisions, leads the plain store to the same state.
      const plain = createMemoryStore();
      const order = commits
        .map((each, index) => ({ each, index, answer: answers[index] as CommitResult }))
        .filter(({ answer }) => answer.ok)
        .sort((a, b) => a.answer.revision - b.answer.revision || a.index - b.index);
      for (const { each } of order) await plain.commit({ conditions: [], writes: each.writes });
      const values = async (from: Store) =>
        (await from.list('/')).entries.map((entry) => [entry.key, entry.value]);
      t.deepEqual(await values(base), await values(plain));
      // A refusal tells a state that really breaks one of the conditions.
      commits.forEach((each, index) => {
        const answer = answers[index] as CommitResult;
        if (answer.ok) return;
        const broken = each.conditions.some(
          (condition) =>
            (answer.current.find((entry) => entry.key === condition.key)?.modRevision ?? 0) !==
            condition.modRevision,
        );
        t.true(broken);
      });
    }),
    { seed: 11, numRuns: 150 },
  );
});
