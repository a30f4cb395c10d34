import test from 'ava';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { podKind } from '@gantry/api/kinds/pod';
import type { KindDefinition } from '@gantry/api/definition';
import type { AnyObject } from '@gantry/api/meta';
import { StatusError } from '@gantry/api/status-error';
import { OperationalError } from '@gantry/kit/operational-error';
import { storeKeyOf } from './object-key.ts';
import { configMap, deployment, pod, startTestResources } from './test-resources.ts';
import type { TestResources } from './test-resources.ts';

const configMaps = configMapKind as unknown as KindDefinition;
const deployments = deploymentKind as unknown as KindDefinition;
const namespaces = namespaceKind as unknown as KindDefinition;
const pods = podKind as unknown as KindDefinition;
const key = (name: string) => ({ namespace: 'default', name });

async function withResources(run: (world: TestResources) => Promise<void>): Promise<void> {
  const world = await startTestResources();
  try {
    await run(world);
  } finally {
    await world.close();
  }
}

async function codeOf(action: Promise<unknown>): Promise<number> {
  try {
    await action;
    return 200;
  } catch (error) {
    if (error instanceof StatusError) return error.status.code;
    throw error;
  }
}

const withData =
  (data: Record<string, string>) =>
  (current: AnyObject): AnyObject => ({ ...current, data });

test('a new object gets what only the server says', (t) =>
  withResources(async ({ resources, context }) => {
    const sent = deployment('web', 2);
    Object.assign(sent.metadata, {
      uid: 'mine',
      generation: 9,
      creationTimestamp: '2000-01-01T00:00:00Z',
      selfLink: '/x',
    });
    const made = await resources.create(deployments, { ...sent, status: { replicas: 7 } }, context());
    t.is(made.metadata.generation, 1);
    t.not(made.metadata.uid, 'mine');
    t.is(made.metadata.creationTimestamp, '2026-01-01T00:00:00Z');
    t.is(made.metadata.selfLink, undefined);
    t.not((made['status'] as { replicas?: number } | undefined)?.replicas, 7);
    t.regex(made.metadata.resourceVersion ?? '', /^\d+$/);
    t.is(made.metadata.managedFields?.[0]?.manager, 'test');
  }));

test('generateName makes distinct names; no name at all is refused', (t) =>
  withResources(async ({ resources, context }) => {
    const sent = { ...configMap(''), metadata: { namespace: 'default', generateName: 'job-' } };
    const [a, b] = [
      await resources.create(configMaps, sent, context()),
      await resources.create(configMaps, sent, context()),
    ];
    t.regex(a.metadata.name ?? '', /^job-[a-z0-9]{5}$/);
    t.not(a.metadata.name, b.metadata.name);
    t.is(await codeOf(resources.create(configMaps, configMap(''), context())), 422);
  }));

test('creation: taken name, missing namespace, namespace that is going', (t) =>
  withResources(async ({ resources, cache, context }) => {
    await resources.create(configMaps, configMap('a'), context());
    t.is(await codeOf(resources.create(configMaps, configMap('a'), context())), 409);
    const elsewhere = { ...configMap('a'), metadata: { name: 'a', namespace: 'nowhere' } };
    t.is(await codeOf(resources.create(configMaps, elsewhere, context())), 404);
    const room = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'room', finalizers: ['x/y'] } };
    await resources.create(namespaces, room, context());
    const inRoom = { ...configMap('a'), metadata: { name: 'a', namespace: 'room' } };
    // The cache need not have seen the namespace yet.
    await resources.create(configMaps, inRoom, context());
    await resources.delete(namespaces, { namespace: '', name: 'room' }, {}, context());
    const late = { ...inRoom, metadata: { name: 'b', namespace: 'room' } };
    const error = await t.throwsAsync(resources.create(configMaps, late, context()), {
      instanceOf: StatusError,
    });
    t.is(error?.status.code, 403);
    t.is(error?.status.details?.causes?.[0]?.reason, 'NamespaceTerminating');
    await cache.waitForNewest();
    t.is(await codeOf(resources.create(configMaps, late, context())), 403);
  }));

test('generation counts changes of the desired state only; what changes nothing is not written', (t) =>
  withResources(async ({ resources, context }) => {
    const made = await resources.create(deployments, deployment('web'), context());
    const labelled = await resources.update(
      deployments,
      key('web'),
      'main',
      (current) => ({ ...current, metadata: { ...current.metadata, labels: { a: 'b' } } }),
      context(),
    );
    t.is(labelled.metadata.generation, 1);
    t.not(labelled.metadata.resourceVersion, made.metadata.resourceVersion);
    const scaled = await resources.update(
      deployments,
      key('web'),
      'scale',
      (current) => ({
        ...current,
        metadata: { ...current.metadata, labels: {} },
        spec: { ...(current['spec'] as object), replicas: 5 },
      }),
      context(),
    );
    t.is(scaled.metadata.generation, 2);
    t.deepEqual(scaled.metadata.labels, { a: 'b' });
    const same = await resources.update(
      deployments,
      key('web'),
      'main',
      (current) => structuredClone(current),
      context(),
    );
    t.is(same.metadata.resourceVersion, scaled.metadata.resourceVersion);
  }));

test('the status part writes status only, the main part never does', (t) =>
  withResources(async ({ resources, context }) => {
    await resources.create(deployments, deployment('web'), context());
    const change = (current: AnyObject): AnyObject => ({
      ...current,
      metadata: { ...current.metadata, labels: { sneaky: 'yes' } },
      spec: { ...(current['spec'] as object), replicas: 9 },
      status: { replicas: 3 },
    });
    const status = await resources.update(deployments, key('web'), 'status', change, context());
    t.like(status, { spec: { replicas: 1 }, status: { replicas: 3 } });
    t.is(status.metadata.labels, undefined);
    t.is(status.metadata.generation, 1);
    const main = await resources.update(
      deployments,
      key('web'),
      'main',
      (current) => ({ ...current, status: { replicas: 8 } }),
      context(),
    );
    t.like(main, { status: { replicas: 3 } });
  }));

test('identity stays; a stale revision or another uid is a conflict', (t) =>
  withResources(async ({ resources, context }) => {
    const made = await resources.create(configMaps, configMap('a'), context());
    await resources.update(configMaps, key('a'), 'main', withData({ x: '1' }), context());
    t.is(await codeOf(resources.update(configMaps, key('a'), 'main', () => made, context())), 409);
    const other = configMap('a');
    other.metadata.uid = 'another';
    t.is(await codeOf(resources.update(configMaps, key('a'), 'main', () => other, context())), 409);
    t.is(await codeOf(resources.update(configMaps, key('a'), 'main', () => configMap('b'), context())), 400);
    const replaced = await resources.update(
      configMaps,
      key('a'),
      'main',
      () => configMap('a', { y: '2' }),
      context(),
    );
    t.is(replaced.metadata.uid, made.metadata.uid);
    t.is(replaced.metadata.creationTimestamp, made.metadata.creationTimestamp);
    t.deepEqual(replaced['data'], { y: '2' });
  }));

test('writers that race all get through, on top of each other', (t) =>
  withResources(async ({ resources, context, store }) => {
    await resources.create(configMaps, configMap('a'), context());
    const adds = Array.from({ length: 5 }, (_, index) =>
      resources.update(
        configMaps,
        key('a'),
        'main',
        (current) => ({ ...current, data: { ...(current['data'] as object), [`k${index}`]: '1' } }),
        context(),
      ),
    );
    await Promise.all(adds);
    const { entry } = await store.get(storeKeyOf(configMaps, key('a')));
    t.is(Object.keys((JSON.parse(entry?.value ?? '{}') as { data: object }).data).length, 5);
  }));

test('a decision to write nothing never rests on an old state', (t) =>
  withResources(async ({ resources, context }) => {
    await resources.create(configMaps, configMap('a', { n: '1' }), context());
    // No turn of the event loop lets the cache catch up between these two.
    const [, back] = await Promise.all([
      resources.update(configMaps, key('a'), 'main', withData({ n: '2' }), context()),
      resources.update(configMaps, key('a'), 'main', withData({ n: '1' }), context()),
    ]);
    t.deepEqual(back['data'], { n: '1' });
    const last = await resources.update(configMaps, key('a'), 'main', (current) => current, context());
    t.deepEqual(last['data'], { n: '1' });
  }));

test('dry runs run everything and store nothing', (t) =>
  withResources(async ({ resources, store, context }) => {
    const before = await store.currentRevision();
    const dry = context({ dryRun: true });
    await resources.create(configMaps, configMap('dry'), dry);
    t.is(await store.currentRevision(), before);
    await resources.create(configMaps, configMap('a'), context());
    t.is(await codeOf(resources.create(configMaps, configMap('a'), dry)), 409);
    const after = await store.currentRevision();
    const changed = await resources.update(configMaps, key('a'), 'main', withData({ x: '1' }), dry);
    t.deepEqual(changed['data'], { x: '1' });
    t.true((await resources.delete(configMaps, key('a'), {}, dry)).gone);
    t.is(await store.currentRevision(), after);
  }));

test('unknown fields: refused, reported or dropped', (t) =>
  withResources(async ({ resources, context, warnings }) => {
    const sent = { ...configMap('a'), dta: { x: '1' } };
    const error = await t.throwsAsync(resources.create(configMaps, sent, context()), {
      instanceOf: StatusError,
    });
    t.is(error?.status.code, 400);
    t.regex(error?.message ?? '', /strict decoding error: unknown field "dta"/);
    const made = await resources.create(configMaps, sent, context({ fieldValidation: 'Warn' }));
    t.false('dta' in made);
    t.is(warnings.length, 1);
    await resources.create(
      configMaps,
      { ...sent, metadata: { ...sent.metadata, name: 'b' } },
      context({ fieldValidation: 'Ignore' }),
    );
    t.is(warnings.length, 1);
  }));

test('wrong types are no such object (400), broken rules are invalid (422)', (t) =>
  withResources(async ({ resources, context }) => {
    t.is(await codeOf(resources.create(configMaps, { ...configMap('a'), data: { x: 1 } }, context())), 400);
    t.is(await codeOf(resources.create(configMaps, configMap('Not A Name'), context())), 422);
  }));

test('the last finalizer that is removed takes the object along; none can be added on the way out', (t) =>
  withResources(async ({ resources, store, context }) => {
    const held = configMap('a');
    held.metadata.finalizers = ['x/y'];
    await resources.create(configMaps, held, context());
    const { gone, object } = await resources.delete(configMaps, key('a'), {}, context());
    t.false(gone);
    t.truthy(object.metadata.deletionTimestamp);
    const withFinalizers = (finalizers: string[]) => (current: AnyObject) => ({
      ...current,
      metadata: { ...current.metadata, finalizers },
    });
    t.is(
      await codeOf(
        resources.update(configMaps, key('a'), 'main', withFinalizers(['x/y', 'new/one']), context()),
      ),
      422,
    );
    await resources.update(configMaps, key('a'), 'main', withFinalizers([]), context());
    t.is((await store.get(storeKeyOf(configMaps, key('a')))).entry, undefined);
  }));

test('a running pod ends gracefully: marked, then finished by its agent', (t) =>
  withResources(async ({ resources, store, context }) => {
    await resources.create(pods, pod('a', { nodeName: 'n1' }), context());
    const marked = await resources.delete(pods, key('a'), {}, context());
    t.false(marked.gone);
    t.is(marked.object.metadata.deletionGracePeriodSeconds, 30);
    t.is(marked.object.metadata.deletionTimestamp, '2026-01-01T00:00:30Z');
    t.true((await resources.delete(pods, key('a'), { gracePeriodSeconds: 0 }, context())).gone);
    t.is((await store.get(storeKeyOf(pods, key('a')))).entry, undefined);
    t.is(await codeOf(resources.delete(pods, key('a'), {}, context())), 404);
  }));

test('pods are admitted with a service account, a priority and patience with their node', (t) =>
  withResources(async ({ resources, context }) => {
    const made = await resources.create(pods, pod('a'), context());
    const spec = made['spec'] as { tolerations: { key: string; tolerationSeconds: number }[] };
    t.like(spec, { serviceAccountName: 'default', priority: 0 });
    t.deepEqual(
      spec.tolerations.map(({ key: taint, tolerationSeconds }) => [taint, tolerationSeconds]),
      [
        ['node.kubernetes.io/not-ready', 10],
        ['node.kubernetes.io/unreachable', 10],
      ],
    );
    t.is(await codeOf(resources.create(pods, pod('b', { priorityClassName: 'nope' }), context())), 403);
  }));

test('the cluster keeps its own namespaces', (t) =>
  withResources(async ({ resources, context }) => {
    t.is(await codeOf(resources.delete(namespaces, { namespace: '', name: 'default' }, {}, context())), 403);
  }));

test('a fenced writer is refused and told so', (t) =>
  withResources(async ({ resources, store, context }) => {
    const fence = [{ key: '/gantry/leader', modRevision: 4711 }];
    const before = await store.currentRevision();
    await t.throwsAsync(resources.create(configMaps, configMap('a'), context({ fence })), { code: 'fenced' });
    t.is(await store.currentRevision(), before);
  }));

test('an Idempotency-Key creates once, for one request, until it expires', (t) =>
  withResources(async ({ resources, clock, context }) => {
    const once = context({ idempotencyKey: 'order-1' });
    const sent = { ...configMap(''), metadata: { namespace: 'default', generateName: 'order-' } };
    const [a, b, c] = await Promise.all([
      resources.create(configMaps, sent, once),
      resources.create(configMaps, sent, once),
      resources.create(configMaps, sent, once),
    ]);
    t.is(a.metadata.uid, b.metadata.uid);
    t.is(a.metadata.uid, c.metadata.uid);
    t.is(await codeOf(resources.create(configMaps, { ...sent, data: { x: '1' } }, once)), 422);
    const stranger = { ...once, user: { name: 'someone', groups: [] } };
    t.not((await resources.create(configMaps, sent, stranger)).metadata.uid, a.metadata.uid);
    await resources.delete(configMaps, key(a.metadata.name ?? ''), {}, context());
    t.is(await codeOf(resources.create(configMaps, sent, once)), 410);
    clock.advance(3 * 60 * 60 * 1000);
    t.not((await resources.create(configMaps, sent, once)).metadata.uid, a.metadata.uid);
    t.is(await codeOf(resources.create(configMaps, sent, context({ idempotencyKey: 'a b' }))), 400);
  }));

test('a write whose outcome is unknown is never told as a success', async (t) => {
  const world = await startTestResources((store) => ({
    ...storeMethods(store),
    commit: async (commit) => {
      const result = await store.commit(commit);
      if (commit.writes.some((write) => write.key.endsWith('/lost'))) {
        throw new OperationalError('store-unavailable', 'connection lost');
      }
      return result;
    },
  }));
  t.is(await codeOf(world.resources.create(configMaps, configMap('lost'), world.context())), 504);
  await world.close();
});

test('a value beyond the limit of the store is too large', (t) =>
  withResources(async ({ resources, context }) => {
    const huge = configMap('a', { x: 'x'.repeat(1_500_000) });
    t.true([413, 422].includes(await codeOf(resources.create(configMaps, huge, context()))));
  }));

test('who may not make just this change is refused', async (t) => {
  const world = await startTestResources(undefined, {
    authorizeWrite: (user, { object }) => ({
      allowed: user.name !== 'agent' || object.metadata.name === 'mine',
      reason: 'only your own',
    }),
  });
  const agent = world.context({ user: { name: 'agent', groups: [] } });
  t.is(await codeOf(world.resources.create(configMaps, configMap('other'), agent)), 403);
  t.is(await codeOf(world.resources.create(configMaps, configMap('mine'), agent)), 200);
  await world.close();
});

function storeMethods(store: TestResources['store']): TestResources['store'] {
  return {
    get: (...args) => store.get(...args),
    list: (...args) => store.list(...args),
    commit: (...args) => store.commit(...args),
    watch: (...args) => store.watch(...args),
    requestProgress: () => {
      store.requestProgress();
    },
    currentRevision: (...args) => store.currentRevision(...args),
    grantLease: (...args) => store.grantLease(...args),
    compact: (...args) => store.compact(...args),
    close: () => store.close(),
  };
}

test('a replacement that says the same writes nothing, however much later', (t) =>
  withResources(async ({ resources, clock, context }) => {
    const made = await resources.create(configMaps, configMap('a', { x: '1' }), context());
    clock.advance(5_000);
    const again = await resources.update(
      configMaps,
      key('a'),
      'main',
      () => configMap('a', { x: '1' }),
      context(),
    );
    t.is(again.metadata.resourceVersion, made.metadata.resourceVersion);
  }));
