// One table of requests with the codes, reasons and sentences that a client of Kubernetes expects.
import anyTest from 'ava';
import type { TestFn } from 'ava';
import { configMap, deployment, pod } from '../resources/test-resources.ts';
import type { ControlPlane } from '../control-plane.ts';
import { CONFIG_MAPS, testClient } from './test-client.ts';
import type { TestBody, TestClient } from './test-client.ts';
import { startTestServer } from './test-server.ts';

const test = anyTest as TestFn<{ plane: ControlPlane; client: TestClient }>;
const PODS = '/api/v1/namespaces/default/pods';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

test.beforeEach(async (t) => {
  const plane = await startTestServer();
  t.context = { plane, client: testClient(plane.url) };
});

test.afterEach.always((t) => t.context.plane.stop());

test('an object lives: created, read, replaced, patched, deleted', async (t) => {
  const { client } = t.context;
  const made = await client.call('POST', CONFIG_MAPS, configMap('a', { x: '1' }));
  t.is(made.code, 201);
  t.like((await client.get(`${CONFIG_MAPS}/a`)).body, { data: { x: '1' } });
  const put = await client.call('PUT', `${CONFIG_MAPS}/a`, configMap('a', { x: '2' }));
  t.is(put.code, 200);
  const patch = { data: { y: '3' } };
  const merged = await client.call('PATCH', `${CONFIG_MAPS}/a`, patch, {
    'content-type': 'application/merge-patch+json',
  });
  t.deepEqual(merged.body['data'], { x: '2', y: '3' });
  const gone = await client.call('DELETE', `${CONFIG_MAPS}/a`);
  t.like(gone.body, {
    kind: 'Status',
    status: 'Success',
    details: { name: 'a', kind: 'configmaps', uid: made.body.metadata.uid },
  });
  t.is((await client.get(`${CONFIG_MAPS}/a`)).code, 404);
});

test('PUT without a resourceVersion overwrites, with a stale one it is a conflict', async (t) => {
  const { client } = t.context;
  const made = await client.call('POST', CONFIG_MAPS, configMap('a'));
  t.is((await client.call('PUT', `${CONFIG_MAPS}/a`, configMap('a', { x: '1' }))).code, 200);
  const stale = await client.call('PUT', `${CONFIG_MAPS}/a`, { ...made.body, data: { x: '2' } });
  t.is(stale.code, 409);
  t.like(stale.body, { reason: 'Conflict', details: { name: 'a', kind: 'configmaps' } });
});

test('a body without a content type is JSON; YAML goes in and out', async (t) => {
  const { client, plane } = t.context;
  const bare = await fetch(`${plane.url}${CONFIG_MAPS}`, {
    method: 'POST',
    body: Buffer.from(JSON.stringify(configMap('a'))),
  });
  t.is(bare.status, 201);
  const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\ndata:\n  x: "1"\n';
  const made = await client.call('POST', CONFIG_MAPS, yaml, {
    'content-type': 'application/yaml',
    accept: 'application/yaml',
  });
  t.is(made.code, 201);
  t.is(made.headers.get('content-type'), 'application/yaml');
  t.regex(made.text, /^data:\n {2}x: "1"$/m);
});

test('the four patch types', async (t) => {
  const { client } = t.context;
  await client.call('POST', DEPLOYMENTS, deployment('web'));
  const path = `${DEPLOYMENTS}/web`;
  const patch = (type: string, body: unknown, query = '') =>
    client.call('PATCH', `${path}${query}`, body, { 'content-type': `application/${type}` });
  const strategic = { spec: { template: { spec: { containers: [{ name: 'side', image: 'b' }] } } } };
  const containers = (body: TestBody): string[] =>
    (body['spec'] as { template: { spec: { containers: { name: string }[] } } }).template.spec.containers.map(
      ({ name }) => name,
    );
  t.deepEqual(containers((await patch('strategic-merge-patch+json', strategic)).body).sort(), [
    'main',
    'side',
  ]);
  const json = [{ op: 'replace', path: '/spec/replicas', value: 4 }];
  t.like((await patch('json-patch+json', json)).body, { spec: { replicas: 4 } });
  const failing = [{ op: 'test', path: '/spec/replicas', value: 5 }];
  t.is((await patch('json-patch+json', failing)).code, 422);
  t.like((await patch('merge-patch+json', { spec: { paused: true } })).body, { spec: { paused: true } });
  const applied = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 6 },
  };
  t.is((await patch('apply-patch+yaml', applied)).code, 400);
  const conflict = await patch('apply-patch+yaml', applied, '?fieldManager=me');
  t.is(conflict.code, 409);
  t.is(
    (conflict.body['details'] as { causes: { reason: string }[] }).causes[0]?.reason,
    'FieldManagerConflict',
  );
  const forced = await patch('apply-patch+yaml', applied, '?fieldManager=me&force=true');
  t.like(forced.body, { spec: { replicas: 6 } });
  const again = await patch('apply-patch+yaml', applied, '?fieldManager=me');
  t.is(again.body.metadata.resourceVersion, forced.body.metadata.resourceVersion);
  t.is((await patch('json', {})).code, 415);
});

test('apply creates what is not there', async (t) => {
  const { client } = t.context;
  const applied = configMap('new', { x: '1' });
  const made = await client.call('PATCH', `${CONFIG_MAPS}/new?fieldManager=me`, applied, {
    'content-type': 'application/apply-patch+yaml',
  });
  t.is(made.code, 201);
  t.like(made.body.metadata.managedFields?.[0], { manager: 'me', operation: 'Apply' });
  const strict = await client.call(
    'PATCH',
    `${CONFIG_MAPS}/b?fieldManager=me&fieldValidation=Strict`,
    { ...configMap('b'), dta: {} },
    {
      'content-type': 'application/apply-patch+yaml',
    },
  );
  t.is(strict.code, 400);
});

test('status and scale are parts of their own', async (t) => {
  const { client } = t.context;
  const made = await client.call('POST', DEPLOYMENTS, deployment('web', 2));
  const withStatus = {
    ...made.body,
    spec: { ...(made.body['spec'] as object), replicas: 9 },
    status: { replicas: 2 },
  };
  t.like((await client.call('PUT', `${DEPLOYMENTS}/web/status`, withStatus)).body, {
    spec: { replicas: 2 },
    status: { replicas: 2 },
  });
  const scale = await client.get(`${DEPLOYMENTS}/web/scale`);
  t.like(scale.body, {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    spec: { replicas: 2 },
    status: { replicas: 2, selector: 'app=web' },
  });
  const put = await client.call(
    'PUT',
    `${DEPLOYMENTS}/web/scale`,
    { ...scale.body, spec: { replicas: 5 } },
    { 'content-type': '' },
  );
  t.like(put.body, { spec: { replicas: 5 } });
  const stale = await client.call('PUT', `${DEPLOYMENTS}/web/scale`, {
    ...scale.body,
    spec: { replicas: 6 },
  });
  t.is(stale.code, 409);
  const merge = { 'content-type': 'application/merge-patch+json' };
  t.like((await client.call('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 0 } }, merge)).body, {
    spec: { replicas: 0 },
  });
  t.is((await client.call('PATCH', `${DEPLOYMENTS}/web/scale`, { spec: { replicas: -1 } }, merge)).code, 422);
  t.is((await client.get(`${CONFIG_MAPS}/a/scale`)).code, 404);
  t.is((await client.get(`${CONFIG_MAPS}/a/status`)).code, 404);
});

test('eviction and binding of pods', async (t) => {
  const { client } = t.context;
  await client.call('POST', PODS, pod('a'));
  const binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: 'a' },
    target: { kind: 'Node', name: 'n1' },
  };
  t.is((await client.call('POST', `${PODS}/a/binding`, binding)).code, 201);
  t.is((await client.call('POST', `${PODS}/a/binding`, binding)).code, 409);
  t.like((await client.get(`${PODS}/a`)).body, { spec: { nodeName: 'n1' } });
  const eviction = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'a', namespace: 'default' },
  };
  t.is((await client.call('POST', `${PODS}/a/eviction`, eviction)).code, 201);
  t.truthy((await client.get(`${PODS}/a`)).body.metadata.deletionTimestamp);
  t.is((await client.call('POST', `${PODS}/b/eviction`, eviction)).code, 400);
});

test('deletecollection deletes what the selector names', async (t) => {
  const { client } = t.context;
  for (const name of ['a', 'b', 'c']) {
    const object = configMap(name);
    object.metadata.labels = { keep: name === 'b' ? 'yes' : 'no' };
    await client.call('POST', CONFIG_MAPS, object);
  }
  const answer = await client.call('DELETE', `${CONFIG_MAPS}?labelSelector=keep%3Dno`);
  t.deepEqual(
    answer.body.items.map(({ metadata }) => metadata.name),
    ['a', 'c'],
  );
  const left = await client.get(CONFIG_MAPS);
  t.deepEqual(
    left.body.items.map(({ metadata }) => metadata.name),
    ['b'],
  );
});

test('deletion options come from body and query', async (t) => {
  const { client } = t.context;
  await client.call('POST', PODS, pod('a', { nodeName: 'n1' }));
  const dry = await client.call('DELETE', `${PODS}/a?dryRun=All`);
  t.is(dry.code, 200);
  t.falsy((await client.get(`${PODS}/a`)).body.metadata.deletionTimestamp);
  t.is(
    (await client.call('DELETE', `${PODS}/a`, { kind: 'DeleteOptions', propagationPolicy: 'Sideways' })).code,
    422,
  );
  t.is((await client.call('DELETE', `${PODS}/a`, { preconditions: { uid: 'other' } })).code, 409);
  const short = await client.call('DELETE', `${PODS}/a?gracePeriodSeconds=3`);
  t.is(short.body.metadata.deletionGracePeriodSeconds, 3);
  await client.call('DELETE', `${PODS}/a`, { gracePeriodSeconds: 0 });
  t.is((await client.get(`${PODS}/a`)).code, 404);
});

test('warnings travel in headers, an idempotency key makes one object', async (t) => {
  const { client } = t.context;
  const warned = await client.call('POST', CONFIG_MAPS, { ...configMap('a'), dta: 1 });
  t.is(warned.code, 201);
  t.regex(warned.headers.get('warning') ?? '', /^299 - "unknown field \\"dta\\"/);
  const sent = { ...configMap(''), metadata: { generateName: 'x-' } };
  const key = { 'idempotency-key': 'k1' };
  const one = await client.call('POST', CONFIG_MAPS, sent, key);
  const two = await client.call('POST', CONFIG_MAPS, sent, key);
  t.is(one.body.metadata.name, two.body.metadata.name);
});
