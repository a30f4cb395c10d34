import test from 'ava';
import { changedFields, PATHS_MAX } from './changed-fields.ts';

test('paths of what is other, values only where they tell no secret', (t) => {
  const before = {
    metadata: { resourceVersion: '1', labels: { a: 'x', gone: 'y' } },
    spec: { replicas: 1, image: 'a:1', env: [{ name: 'K', value: 'hush' }] },
    status: { conditions: [{ lastTransitionTime: 'then', status: 'False' }] },
  };
  const after = {
    metadata: { resourceVersion: '2', labels: { a: 'x', fresh: 'z' } },
    spec: { replicas: 3, image: 'a:2', env: [{ name: 'K', value: 'secret' }, { name: 'L' }] },
    status: { conditions: [{ lastTransitionTime: 'now', status: 'False' }] },
  };
  t.deepEqual(changedFields(before, after).phrases, [
    'metadata.labels.gone removed',
    'metadata.labels.fresh set',
    'spec.replicas 1 -> 3',
    'spec.image a:1 -> a:2',
    'spec.env[0].value changed',
    'spec.env[1] set',
  ]);
  t.deepEqual(changedFields(before, structuredClone(before)).paths, []);
});

test('fields that every object inherits are told as others are', (t) => {
  t.deepEqual(changedFields({ data: {} }, { data: { constructor: 'a' } }).phrases, ['data.constructor set']);
  t.deepEqual(changedFields({ data: { toString: 'a' } }, { data: {} }).phrases, ['data.toString removed']);
});

test('times are told when nothing else has changed, and only so many paths', (t) => {
  t.deepEqual(changedFields({ lastUpdateTime: 'a' }, { lastUpdateTime: 'b' }).paths, ['lastUpdateTime']);
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, at]));
  const { paths, count } = changedFields({}, many);
  t.is(paths.length, PATHS_MAX);
  t.is(count, 50);
});
