import test from 'ava';
import type { JsonMap } from '../json-value.ts';
import type { AnyObject } from '../meta.ts';
import { managerNameFault, UPDATE_MANAGERS_MAX } from './managers.ts';
import { thingKind } from './test-schemas.ts';
import { trackUpdate, type Writer } from './track-update.ts';

const thing = (spec: JsonMap, more: JsonMap = {}): AnyObject => {
  return { apiVersion: 'gantry.dev/v1', kind: 'Thing', metadata: { name: 'x' }, spec, ...more };
};

function track(
  before: AnyObject | undefined,
  after: AnyObject,
  manager = 'one',
  more: Partial<Writer> = {},
): AnyObject {
  return trackUpdate(thingKind, before, after, { manager, nowMs: 0, ...more });
}

/** As a write through the API: everything but the record changes. */
const changed = (object: AnyObject, spec: JsonMap): AnyObject => ({ ...object, spec });

const fieldsBy = (object: AnyObject): Record<string, unknown> =>
  Object.fromEntries(
    (object.metadata.managedFields ?? []).map(({ manager = '', fieldsV1 }) => [manager, fieldsV1]),
  );

test('a new object belongs to who made it, but for what the system sets', (t) => {
  const made = track(undefined, {
    ...thing({ replicas: 1, labels: { a: '1' } }, { status: { phase: 'Pending' } }),
    metadata: {
      ...{
        name: 'x',
        namespace: 'd',
        uid: 'u',
        resourceVersion: '1',
        generation: 1,
        creationTimestamp: 'now',
      },
      ...{ labels: { b: '2' }, managedFields: [{ manager: 'sneaky', fieldsV1: { 'f:spec': {} } }] },
    },
  });
  t.deepEqual(made.metadata.managedFields, [
    {
      ...{ manager: 'one', operation: 'Update', apiVersion: 'gantry.dev/v1', time: '1970-01-01T00:00:00Z' },
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': { 'f:labels': { '.': {}, 'f:b': {} } },
        'f:spec': { 'f:labels': { '.': {}, 'f:a': {} }, 'f:replicas': {} },
      },
    },
  ]);
});

test('who changes a field takes it; who removes one takes it from all', (t) => {
  const made = track(undefined, thing({ replicas: 1, mode: 'a', labels: { a: '1' } }));
  const scaled = track(made, changed(made, { replicas: 2, labels: { a: '1' } }), 'two');
  t.deepEqual(fieldsBy(scaled), {
    one: { 'f:spec': { 'f:labels': { '.': {}, 'f:a': {} } } },
    two: { 'f:spec': { 'f:replicas': {} } },
  });
  const emptied = track(scaled, changed(scaled, { replicas: 2 }), 'two');
  t.deepEqual(fieldsBy(emptied), { two: { 'f:spec': { 'f:replicas': {} } } });
});

test('a change of nothing keeps the record and its time', (t) => {
  const made = track(undefined, thing({ replicas: 1 }));
  t.is(track(made, made, 'two', { nowMs: 9e12 }), made);
  const { managedFields: _, ...metadata } = made.metadata;
  t.deepEqual(track(made, { ...made, metadata }, 'two', { nowMs: 9e12 }), made);
});

test('a subresource has an entry of its own; status only counts there', (t) => {
  const made = track(undefined, thing({ replicas: 1 }));
  const withStatus = { ...made, status: { phase: 'Up' } };
  t.deepEqual(track(made, withStatus, 'one').metadata.managedFields, made.metadata.managedFields);
  const entries = track(made, withStatus, 'one', { subresource: 'status' }).metadata.managedFields ?? [];
  t.deepEqual(
    entries.map(({ subresource, fieldsV1 }) => [subresource, fieldsV1]),
    [
      [undefined, { 'f:spec': { 'f:replicas': {} } }],
      ['status', { 'f:status': { 'f:phase': {} } }],
    ],
  );
});

test('the record can be written and cleared directly; nonsense is passed over', (t) => {
  const made = track(undefined, thing({ replicas: 1 }));
  const write = (managedFields: JsonMap[]): AnyObject =>
    track(made, { ...made, metadata: { ...made.metadata, managedFields } }, 'two');
  const entry = { manager: 'three', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } };
  t.deepEqual(fieldsBy(write([entry])), { three: entry.fieldsV1 });
  t.is(write([{}]).metadata.managedFields, undefined);
  t.deepEqual(fieldsBy(write([])), fieldsBy(made));
  t.deepEqual(fieldsBy(write([{ manager: 'three', fieldsV1: { nonsense: 1 } }])), fieldsBy(made));
});

test('many managers: the oldest are merged, so that the record stays small', (t) => {
  let object = track(undefined, thing({}));
  for (let turn = 0; turn < 40; turn += 1) {
    const labels = { ...(object['spec'] as { labels?: JsonMap }).labels, [`l${turn}`]: 'x' };
    object = track(object, changed(object, { labels }), `m${turn}`, { nowMs: turn * 1000 });
  }
  const entries = object.metadata.managedFields ?? [];
  t.is(entries.length, UPDATE_MANAGERS_MAX);
  t.is(entries[0]?.manager, 'ancient-changes');
  t.is(entries.at(-1)?.manager, 'm39');
  const owned = JSON.stringify(entries);
  for (let turn = 0; turn < 40; turn += 1) t.true(owned.includes(`"f:l${turn}"`));
});

test('names of managers', (t) => {
  t.is(managerNameFault('kubectl-client-side-apply'), undefined);
  t.regex(managerNameFault('x'.repeat(129)) ?? '', /128/);
  t.regex(managerNameFault('a\nb') ?? '', /printable/);
});
