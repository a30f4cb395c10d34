import test from 'ava';
import { silentLogger } from '@gantry/kit/logger';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { nextCompaction, runCompaction } from './compaction.ts';
import { failureCode, mustCommit, put } from './contract-steps.ts';
import { createMemoryStore } from './memory-store.ts';

const policy = { keepMs: 100, keepRevisionsMax: 50 };

const table: {
  title: string;
  marks: [number, number][];
  newest: [number, number];
  compactAt?: number;
  kept: number[];
}[] = [
  { title: 'nothing is known yet', marks: [], newest: [5, 0], kept: [5] },
  { title: 'all marks are young', marks: [[5, 10]], newest: [8, 100], kept: [5, 8] },
  {
    title: 'the newest of the old marks counts',
    marks: [
      [5, 0],
      [7, 20],
      [9, 90],
    ],
    newest: [12, 130],
    compactAt: 7,
    kept: [9, 12],
  },
  {
    title: 'a quiet store is compacted up to now',
    marks: [[5, 0]],
    newest: [5, 200],
    compactAt: 5,
    kept: [],
  },
  {
    title: 'too many revisions are not kept, however young',
    marks: [[10, 0]],
    newest: [90, 50],
    compactAt: 40,
    kept: [90],
  },
  { title: 'an empty store has nothing to forget', marks: [[1, 0]], newest: [1, 500], kept: [] },
];

for (const { title, marks, newest, compactAt, kept } of table)
  test(`next compaction: ${title}`, (t) => {
    const mark = ([revision, timeMs]: [number, number]) => ({ revision, timeMs });
    const step = nextCompaction(policy, marks.map(mark), mark(newest));
    t.is(step.compactAt, compactAt);
    t.deepEqual(
      step.marks.map((each) => each.revision),
      kept,
    );
  });

test('history older than the policy goes, younger history stays, failures do not end it', async (t) => {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  let failures = 2;
  const shaky = {
    currentRevision: (signal?: AbortSignal) =>
      failures-- > 0 ? Promise.reject(new Error('away')) : store.currentRevision(signal),
    compact: (revision: number) => store.compact(revision),
  };
  const controller = new AbortController();
  const running = runCompaction({ store: shaky, clock, logger: silentLogger, policy }, controller.signal);
  const revisions: number[] = [];
  for (let index = 0; index < 20; index++) {
    revisions.push(await mustCommit(store, put('/gantry/x', `${index}`)));
    clock.advance(20);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const code = (index: number) =>
    failureCode(() => store.list('/gantry/', { revision: revisions[index] as number }));
  t.is(await code(5), 'store-compacted');
  t.is(await code(15), undefined);
  controller.abort();
  await t.notThrowsAsync(running);
  t.is(clock.nextDueMs(), undefined);
});
