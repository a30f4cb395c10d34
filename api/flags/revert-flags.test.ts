import test from 'ava';
import { CHANGE_REASON_ANNOTATION, type HistoryEntry } from '../change-history.ts';
import type { FeatureFlag } from '../kinds/feature-flag.ts';
import { revertedFlags, revertReason, specAtRevision } from './revert-flags.ts';

const spec = { flagSpec: { flags: {} } };
const entry = (revision: number, data: HistoryEntry['data']): HistoryEntry => ({
  ...{ revision, at: '', by: '', reason: undefined, changes: [], data },
});

test('a state is found, or it is said why not', (t) => {
  const entries = [entry(1, { spec }), entry(2, undefined)];
  t.deepEqual(specAtRevision(entries, '1'), { spec });
  t.deepEqual(specAtRevision(entries, '2'), { missing: 'too large' });
  t.deepEqual(specAtRevision(entries, '3'), { missing: 'not kept' });
});

test('a revert keeps the version that was looked at, other annotations, and says why', (t) => {
  const object: FeatureFlag = {
    ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'FeatureFlag', spec: { flagSpec: { flags: {} } } },
    metadata: { name: 'a', resourceVersion: '7', annotations: { x: 'y' } },
  };
  t.is(revertReason('3', undefined), 'reverted to revision 3');
  t.like(revertedFlags(object, spec, revertReason('3', 'broken')), {
    metadata: {
      resourceVersion: '7',
      annotations: { x: 'y', [CHANGE_REASON_ANNOTATION]: 'reverted to revision 3: broken' },
    },
    spec,
  });
});
