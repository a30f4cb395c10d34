import test from 'ava';
import fc from 'fast-check';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { pod } from './cache-fixtures.ts';
import type { CacheEvent } from './cache.ts';
import { difference } from './difference.ts';
import { EventHistory } from './event-history.ts';
import { jsonOf } from './json-text.ts';
import { NewestRevision } from './newest-revision.ts';
import { ProgressAsker } from './progress-asker.ts';
import { SortedObjects } from './sorted-objects.ts';

/** By namespace `a` is the first of them, by the store's keys the last but one. */
const NAMESPACES = ['a', 'a-b', 'a.b', 'a0'];

test('sorted objects behave like a map that is sorted by the store’s keys on reading', (t) => {
  const step = fc.record({
    put: fc.boolean(),
    namespace: fc.integer({ max: 3, min: 0 }),
    name: fc.integer({ max: 9, min: 0 }),
    read: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const sorted = new SortedObjects();
      const model = new Map<string, unknown>();
      const handedOut: { list: readonly unknown[]; copy: unknown[] }[] = [];
      for (const { put, namespace, name, read } of steps) {
        const object = pod(NAMESPACES[namespace] ?? '', `p${name}`);
        const key = `${NAMESPACES[namespace] ?? ''}/p${name}`;
        if (put) sorted.put(object);
        else sorted.remove(object);
        if (put) model.set(key, object);
        else model.delete(key);
        if (read) handedOut.push({ list: sorted.list(), copy: [...sorted.list()] });
      }
      t.deepEqual(
        sorted.list().map((object) => object),
        [...model.keys()].sort().map((key) => model.get(key) as never),
      );
      for (const { list, copy } of handedOut) t.true(list.every((item, index) => item === copy[index]));
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('a history tells all events after a revision, or that it cannot', (t) => {
  const revisions = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(revisions, fc.integer({ min: 1, max: 20 }), (counts, eventsMax) => {
      const history = new EventHistory({ eventsMax, ageMaxMs: 1_000 }, 0);
      const all: CacheEvent[] = [];
      counts.forEach((count, index) => {
        for (let each = 0; each < count; each++)
          all.push({ type: 'ADDED', object: pod('a', `${index}-${each}`), revision: index + 1 });
      });
      for (let revision = 1; revision <= counts.length; revision++)
        history.push(
          all.filter((event) => event.revision === revision),
          0,
        );
      for (let revision = 0; revision <= counts.length; revision++) {
        const answer = history.after(revision);
        if (answer === undefined) continue;
        const several = all.filter((event) => event.revision === revision).length > 1;
        const expected = all.filter(
          (event) => event.revision > revision || (several && event.revision === revision),
        );
        t.deepEqual(answer, expected);
      }
      t.true((history.after(counts.length) ?? []).length <= 3);
      t.true((history.after(0)?.length ?? 0) <= eventsMax * 2 + 3);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('a history forgets what is too old', (t) => {
  const history = new EventHistory({ eventsMax: 100, ageMaxMs: 1_000 }, 0);
  for (let index = 1; index <= 10; index++)
    history.push([{ type: 'ADDED', object: pod('a', 'x'), revision: index }], index * 300);
  t.is(history.after(1), undefined);
  t.deepEqual(
    history.after(8)?.map((event) => event.revision),
    [9, 10],
  );
  history.sweep(3_800);
  t.is(history.after(8), undefined, 'also when nothing more comes');
  t.deepEqual(
    history.after(9)?.map((event) => event.revision),
    [10],
  );
  history.sweep(60_000);
  t.deepEqual(history.after(10), []);
});

test('applying a difference to the old state gives the new one', (t) => {
  const state = fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.record({ uid: fc.constantFrom('1', '2'), revision: fc.integer({ min: 1, max: 4 }) }),
  );
  const objects = (from: Record<string, { uid: string; revision: number }>) =>
    new Map(
      Object.entries(from).map(([name, { uid, revision }]) => {
        const object = pod('n', name, { uid });
        return [name, { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } }];
      }),
    );
  fc.assert(
    fc.property(state, state, (from, to) => {
      const before = objects(from);
      const after = objects(to);
      const held = new Map(before);
      let revision = 0;
      for (const { path, event } of difference(before, after, 9)) {
        t.true(event.revision >= revision);
        revision = event.revision;
        if (event.type === 'DELETED') t.true(held.delete(path));
        else held.set(path, event.object as never);
      }
      t.deepEqual(
        [...held].map(([path, object]) => [path, object.metadata.resourceVersion]).sort(),
        [...after].map(([path, object]) => [path, object.metadata.resourceVersion]).sort(),
      );
    }),
    { seed: 7, numRuns: 300 },
  );
});

test('one question serves all who asked before it was sent, and nobody who asked later', async (t) => {
  const questions: ((revision: number) => void)[] = [];
  const newest = new NewestRevision(() => new Promise((resolve) => questions.push(resolve)));
  const first = newest.get();
  const later = [newest.get(), newest.get()];
  t.is(questions.length, 1);
  questions[0]?.(5);
  t.is(await first, 5);
  await new Promise((resolve) => setImmediate(resolve));
  t.is(questions.length, 2);
  questions[1]?.(8);
  t.deepEqual(await Promise.all(later), [8, 8]);
  const failing = new NewestRevision(() => Promise.reject(new Error('no')));
  const both = [failing.get(), failing.get()];
  for (const each of both) await t.throwsAsync(each, { message: 'no' });
});

test('progress is asked for at once, not too often, and as long as somebody waits', (t) => {
  const clock = new VirtualClock(1_000);
  let asked = 0;
  let needed = true;
  const asker = new ProgressAsker({ clock, ask: () => asked++, isNeeded: () => needed });
  asker.need();
  asker.need();
  t.is(asked, 1);
  clock.advance(5);
  t.is(asked, 2);
  clock.advance(99);
  t.is(asked, 2);
  clock.advance(1);
  t.is(asked, 3);
  needed = false;
  clock.advance(1_000);
  t.is(asked, 3);
  t.is(clock.nextDueMs(), undefined);
  needed = true;
  asker.need();
  t.is(asked, 4);
  asker.stop();
  t.is(clock.nextDueMs(), undefined);
});

test('the text of an object is remembered only when it cannot change', (t) => {
  const loose = { a: 1 };
  t.is(jsonOf(loose), '{"a":1}');
  loose.a = 2;
  t.is(jsonOf(loose), '{"a":2}');
});
