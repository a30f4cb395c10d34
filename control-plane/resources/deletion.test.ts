import test from 'ava';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { podKind } from '@gantry/api/kinds/pod';
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject, ObjectMeta } from '@gantry/api/meta';
import { decideDeletion } from './deletion.ts';
import type { DeleteOptions } from './resources.ts';
import { configMap, pod, START_MS } from './test-resources.ts';

const kindOf = {
  config: configMapKind as unknown as KindDefinition,
  pod: podKind as unknown as KindDefinition,
};
const at = (seconds: number): string =>
  new Date(START_MS + seconds * 1000).toISOString().replace('.000Z', 'Z');

const plain = (metadata: Partial<ObjectMeta> = {}): AnyObject => {
  const object = configMap('a');
  return { ...object, metadata: { ...object.metadata, uid: 'u1', resourceVersion: '5', ...metadata } };
};
const running = (metadata: Partial<ObjectMeta> = {}): AnyObject => {
  const object = pod('a', { nodeName: 'n1', terminationGracePeriodSeconds: 20 });
  return { ...object, metadata: { ...object.metadata, generation: 1, ...metadata } };
};
const ending = (grace: number, more: Partial<ObjectMeta> = {}): AnyObject =>
  running({ deletionTimestamp: at(grace), deletionGracePeriodSeconds: grace, ...more });

interface Row {
  name: string;
  object: AnyObject;
  options?: DeleteOptions;
  type: 'remove' | 'mark' | 'nothing';
  metadata?: Partial<ObjectMeta>;
}

const rows: Row[] = [
  { name: 'plain object goes at once', object: plain(), type: 'remove' },
  {
    name: 'grace means nothing to a kind without',
    object: plain(),
    options: { gracePeriodSeconds: 30 },
    type: 'remove',
  },
  {
    name: 'a finalizer holds it',
    object: plain({ finalizers: ['x/y'] }),
    type: 'mark',
    metadata: { deletionTimestamp: at(0), deletionGracePeriodSeconds: 0, finalizers: ['x/y'] },
  },
  {
    name: 'held already: nothing new',
    object: plain({ finalizers: ['x/y'], deletionTimestamp: at(-9), deletionGracePeriodSeconds: 0 }),
    type: 'nothing',
  },
  {
    name: 'foreground waits for dependents',
    object: plain(),
    options: { propagationPolicy: 'Foreground' },
    type: 'mark',
    metadata: { finalizers: ['foregroundDeletion'] },
  },
  {
    name: 'orphan lets dependents go first',
    object: plain(),
    options: { propagationPolicy: 'Orphan' },
    type: 'mark',
    metadata: { finalizers: ['orphan'] },
  },
  {
    name: 'a later policy replaces an earlier one',
    object: plain({
      finalizers: ['orphan', 'x/y'],
      deletionTimestamp: at(-9),
      deletionGracePeriodSeconds: 0,
    }),
    options: { propagationPolicy: 'Foreground' },
    type: 'mark',
    metadata: { finalizers: ['x/y', 'foregroundDeletion'], deletionTimestamp: at(-9) },
  },
  {
    name: 'background clears what an earlier policy left',
    object: plain({
      finalizers: ['foregroundDeletion'],
      deletionTimestamp: at(-9),
      deletionGracePeriodSeconds: 0,
    }),
    options: { propagationPolicy: 'Background' },
    type: 'remove',
  },
  { name: 'an unscheduled pod goes at once', object: pod('a'), type: 'remove' },
  {
    name: 'an unscheduled pod goes at once whatever grace is asked for',
    object: pod('a'),
    options: { gracePeriodSeconds: 60 },
    type: 'remove',
  },
  {
    name: 'a running pod gets its own grace',
    object: running(),
    type: 'mark',
    metadata: { deletionTimestamp: at(20), deletionGracePeriodSeconds: 20, generation: 2 },
  },
  {
    name: 'a running pod gets the grace asked for',
    object: running(),
    options: { gracePeriodSeconds: 5 },
    type: 'mark',
    metadata: { deletionTimestamp: at(5), deletionGracePeriodSeconds: 5 },
  },
  { name: 'grace 0 is force', object: running(), options: { gracePeriodSeconds: 0 }, type: 'remove' },
  { name: 'asked again: nothing new', object: ending(20), type: 'nothing' },
  {
    name: 'a longer grace is not given',
    object: ending(20),
    options: { gracePeriodSeconds: 60 },
    type: 'nothing',
  },
  {
    name: 'a shorter grace counts, once',
    object: ending(20),
    options: { gracePeriodSeconds: 2 },
    type: 'mark',
    metadata: { deletionTimestamp: at(2), deletionGracePeriodSeconds: 2, generation: 1 },
  },
  {
    name: 'the agent finishes with grace 0',
    object: ending(20),
    options: { gracePeriodSeconds: 0 },
    type: 'remove',
  },
  {
    name: 'the agent finishes, a finalizer still holds',
    object: ending(20, { finalizers: ['x/y'] }),
    options: { gracePeriodSeconds: 0 },
    type: 'mark',
    metadata: { deletionGracePeriodSeconds: 0, finalizers: ['x/y'] },
  },
];

for (const { name, object, options = {}, type, metadata = {} } of rows) {
  test(name, (t) => {
    const definition = object.kind === 'Pod' ? kindOf.pod : kindOf.config;
    const before = structuredClone(object);
    const step = decideDeletion(definition, object, options, START_MS);
    t.is(step.type, type);
    for (const [field, value] of Object.entries(metadata)) {
      t.deepEqual(step.object.metadata[field as keyof ObjectMeta], value, field);
    }
    t.deepEqual(object, before);
  });
}

test('preconditions that fail are a conflict', (t) => {
  const uid = t.throws(() =>
    decideDeletion(kindOf.config, plain(), { preconditions: { uid: 'u2' } }, START_MS),
  );
  t.regex(uid?.message ?? '', /UID in precondition: u2, UID in object meta: u1/);
  const revision = { preconditions: { resourceVersion: '4' } };
  t.throws(() => decideDeletion(kindOf.config, plain(), revision, START_MS), {
    message: /ResourceVersion in precondition: 4/,
  });
});
