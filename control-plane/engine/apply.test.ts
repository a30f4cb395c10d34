import test from 'ava';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { keyOf, type AnyObject } from '@gantry/api/meta';
import { forbidden } from '@gantry/api/status-error';
import { configMap, pod } from '../resources/test-resources.ts';
import type { Resources } from '../resources/resources.ts';
import { applyPlan, FIRST_CREATES, type ApplyOutcome } from './apply.ts';
import type { Action } from './controller.ts';
import { given, startTestEngine, type TestEngine } from './test-engine.ts';

function apply(
  engine: TestEngine,
  primary: AnyObject,
  actions: Action[],
  cautious = false,
): Promise<ApplyOutcome> {
  const context = engine.context({ fieldValidation: 'Ignore' });
  return applyPlan(engine.engine, { controller: 'test', primary, actions, cautious, context });
}

const refOf = (object: AnyObject, definition = podKind) => ({
  definition,
  ...keyOf(object),
  uid: object.metadata.uid ?? '',
});

test('creations come in growing batches and stop at the first that is refused', async (t) => {
  let asked = 0;
  const engine = await startTestEngine((resources: Resources) => ({
    ...resources,
    create(definition, object, context) {
      if (definition !== podKind) return resources.create(definition, object, context);
      asked += 1;
      return Promise.reject(forbidden(podKind, 'x', 'no'));
    },
  }));
  const map = await given(engine, configMapKind, configMap('map'));
  const actions = Array.from({ length: 50 }, (_, index): Action => {
    return { type: 'create', definition: podKind, object: pod(`p${index}`) };
  });
  const outcome = await apply(engine, map, actions);
  t.is(asked, FIRST_CREATES);
  t.like(outcome, {
    writes: 0,
    revision: 0,
    ambiguous: false,
    failure: { code: 'Forbidden', type: 'create' },
  });
  await apply(engine, map, actions, true);
  t.is(asked, FIRST_CREATES + 1);
  await engine.close();
});

test('all creations of a plan get done, whatever their number', async (t) => {
  const engine = await startTestEngine();
  const map = await given(engine, configMapKind, configMap('map'));
  const actions = Array.from({ length: 70 }, (_, index): Action => {
    return { type: 'create', definition: podKind, object: pod(`p${index}`) };
  });
  const outcome = await apply(engine, map, actions);
  await engine.cache.waitFor(outcome.revision);
  t.is(engine.cache.list(podKind).length, 70);
  t.is(outcome.writes, 70);
  await engine.close();
});

test('a creation of what its own owner has made already is done; of another it is a failure', async (t) => {
  const engine = await startTestEngine();
  const map = await given(engine, configMapKind, configMap('map'));
  const owner = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'map',
    uid: map.metadata.uid ?? '',
    controller: true,
  };
  const owned = { ...pod('p'), metadata: { name: 'p', namespace: 'default', ownerReferences: [owner] } };
  const create: Action = { type: 'create', definition: podKind, object: owned };
  t.like(await apply(engine, map, [create]), { writes: 1, conflict: false });
  t.like(await apply(engine, map, [create]), { writes: 0, conflict: true, failure: undefined });
  const other = { ...owned, metadata: { ...owned.metadata, ownerReferences: [{ ...owner, uid: 'other' }] } };
  const failed = await apply(engine, map, [{ type: 'create', definition: podKind, object: other }]);
  t.like(failed, { conflict: false, ambiguous: false, failure: { code: 'AlreadyExists' } });
  await engine.close();
});

test('deleting what is gone, or another of the same name, is no failure', async (t) => {
  const engine = await startTestEngine();
  const created = await given(engine, podKind, pod('p'));
  const remove = (uid: string): Action => ({
    type: 'delete',
    ref: { ...refOf(created), uid },
    reason: 'test',
  });
  t.like(await apply(engine, created, [remove('another')]), {
    writes: 0,
    conflict: true,
    failure: undefined,
  });
  const done = await apply(engine, created, [remove(created.metadata.uid ?? '')]);
  t.is(done.writes, 1);
  await engine.cache.waitFor(done.revision);
  t.is(engine.cache.get(podKind, keyOf(created)), undefined, 'the revision is that of the deletion');
  t.like(await apply(engine, created, [remove(created.metadata.uid ?? '')]), { writes: 0, conflict: true });
  await engine.close();
});

test('an update of an older state is a conflict, and nothing is lost', async (t) => {
  const engine = await startTestEngine();
  const old = await given(engine, configMapKind, configMap('map', { a: '1' }));
  const change = (current: AnyObject): AnyObject => ({ ...current, data: { a: '2' } });
  await engine.resources.update(configMapKind, keyOf(old), 'main', change, engine.context());
  const update: Action = { type: 'update', definition: configMapKind, object: { ...old, data: { a: '3' } } };
  t.like(await apply(engine, old, [update]), { writes: 0, conflict: true, failure: undefined });
  await engine.cache.waitForNewest();
  t.deepEqual(engine.cache.get(configMapKind, keyOf(old))?.data, { a: '2' });
  await engine.close();
});

test('a status that is the same is not written, an older one is a conflict, one after an own update is not', async (t) => {
  const engine = await startTestEngine();
  const created = (await given(engine, podKind, pod('p'))) as Pod;
  const status = { ...created.status, phase: 'Running' as const };
  const write = (object: AnyObject, next: unknown): Action => {
    return {
      type: 'write-status',
      ref: refOf(object),
      resourceVersion: object.metadata.resourceVersion ?? '',
      status: next,
    };
  };
  t.like(await apply(engine, created, [write(created, created.status)]), { writes: 0, revision: 0 });
  const labelled = { ...created, metadata: { ...created.metadata, labels: { a: 'b' } } };
  const both = await apply(engine, created, [
    { type: 'update', definition: podKind, object: labelled },
    write(created, status),
  ]);
  t.like(both, { writes: 2, conflict: false });
  await engine.cache.waitFor(both.revision);
  t.is(engine.cache.get(podKind, keyOf(created))?.status?.phase, 'Running');
  t.like(await apply(engine, created, [write(created, { phase: 'Failed' })]), { writes: 0, conflict: true });
  await engine.close();
});

test('the event of a change is told only when the change was made', async (t) => {
  const engine = await startTestEngine();
  const map = await given(engine, configMapKind, configMap('map'));
  const event = { regarding: map, severity: 'Normal' as const, reason: 'Made', message: 'made a pod' };
  await apply(engine, map, [
    { type: 'create', definition: podKind, object: pod('p'), event },
    {
      type: 'delete',
      ref: { ...refOf(pod('gone')), uid: 'x' },
      reason: 'test',
      event: { ...event, reason: 'Gone' },
    },
    { type: 'record-event', ...event, reason: 'Noted' },
    { type: 'measure', metric: 'test_value', labels: { a: 'b' }, value: 4 },
  ]);
  t.deepEqual((await engine.toldEvents()).map(({ reason }) => reason).sort(), ['Made', 'Noted']);
  t.regex(await engine.registry.metrics(), /gantry_test_value\{a="b"\} 4/);
  await engine.close();
});

test('a deposed leader writes nothing', async (t) => {
  const engine = await startTestEngine();
  const map = await given(engine, configMapKind, configMap('map'));
  const context = engine.context({ fence: [{ key: '/gantry/leader', modRevision: 99 }] });
  const actions: Action[] = [{ type: 'create', definition: podKind, object: pod('p') }];
  const job = { controller: 'test', primary: map, actions, cautious: false, context };
  const outcome = await applyPlan(engine.engine, job);
  t.like(outcome, { writes: 0, ambiguous: false, failure: { code: 'fenced' } });
  t.deepEqual(await engine.toldEvents(), []);
  await engine.close();
});
