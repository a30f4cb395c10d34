import test from 'ava';
import type { AnyObject } from '@gantry/api/meta';
import type { CacheEvent } from '../cache/cache.ts';
import { configMap } from '../resources/test-resources.ts';
import { watchedEvent } from './watch-feed.ts';

const matches = (object: AnyObject): boolean => object.metadata.labels?.['in'] === 'yes';

function labelled(value: string, resourceVersion: string): AnyObject {
  const object = configMap('a');
  return { ...object, metadata: { ...object.metadata, labels: { in: value }, resourceVersion } };
}

const inside = labelled('yes', '4');
const outside = labelled('no', '4');
const event = (type: CacheEvent['type'], object: AnyObject, previous?: AnyObject): CacheEvent => ({
  type,
  object: { ...object, metadata: { ...object.metadata, resourceVersion: '5' } },
  revision: 5,
  ...(previous === undefined ? {} : { previous }),
});

const rows: [name: string, event: CacheEvent, expected: CacheEvent['type'] | undefined, label?: string][] = [
  ['made inside', event('ADDED', inside), 'ADDED', 'yes'],
  ['made outside', event('ADDED', outside), undefined],
  ['changed inside', event('MODIFIED', inside, inside), 'MODIFIED', 'yes'],
  ['changed outside', event('MODIFIED', outside, outside), undefined],
  ['comes in', event('MODIFIED', inside, outside), 'ADDED', 'yes'],
  ['leaves: shown as it was', event('MODIFIED', outside, inside), 'DELETED', 'yes'],
  ['deleted inside', event('DELETED', inside, inside), 'DELETED', 'yes'],
  ['deleted outside', event('DELETED', outside, outside), undefined],
];

for (const [name, change, expected, label] of rows) {
  test(name, (t) => {
    const seen = watchedEvent(change, matches);
    t.is(seen?.type, expected);
    if (seen === undefined) return;
    t.is(seen.object.metadata.labels?.['in'], label);
    t.is(seen.object.metadata.resourceVersion, '5');
  });
}
