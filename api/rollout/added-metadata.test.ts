// What is added can be taken away again, whatever was there.
import test from 'ava';
import fc from 'fast-check';
import type { ObjectMeta } from '../meta.ts';
import { withAdded, withoutAdded } from './added-metadata.ts';
import { ADDED_METADATA } from './marks.ts';

const map = fc.dictionary(fc.constantFrom('app', 'role', 'team', 'a.b/c'), fc.constantFrom('x', 'y', ''));
const some = fc.option(map, { nil: undefined });
const metadata = fc
  .record({ labels: some, annotations: some })
  .map(({ labels, annotations }): ObjectMeta => ({
    name: 'web',
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  }));
const asked = fc.record({ labels: map, annotations: map }, { requiredKeys: [] });

test('taken away, it is as it was; values of others are never changed; twice is once', (t) => {
  fc.assert(
    fc.property(metadata, asked, asked, (before, first, second) => {
      const after = withAdded(before, first);
      t.deepEqual({ ...after.labels, ...before.labels }, after.labels ?? {});
      t.deepEqual({ ...after.annotations, ...before.annotations }, after.annotations ?? {});
      for (const name of Object.keys(first.labels ?? {})) t.true(name in (after.labels ?? {}));
      t.deepEqual(withAdded(after, first), after);
      t.deepEqual(withAdded(after, second), withAdded(before, second));
      const { labels = {}, ...own } = withoutAdded(after);
      const { labels: had = {}, ...rest } = before;
      t.deepEqual([labels, own], [had, rest]);
    }),
  );
});

for (const noted of ['', 'no JSON', 'null', '[]', '{"labels":1}', '{"labels":[1],"annotations":[]}'])
  test(`a note that cannot be read takes away nothing but itself: ${noted}`, (t) => {
    const own = withoutAdded({
      name: 'a',
      labels: { app: 'x' },
      annotations: { [ADDED_METADATA]: noted, b: '1' },
    });
    t.deepEqual(own, { name: 'a', labels: { app: 'x' }, annotations: { b: '1' } });
  });
