// `…/explanations` over a whole control plane: what is said, to whom, and in which form.
import test, { type ExecutionContext } from 'ava';
import { systemClock } from '@gantry/kit/clock';
import { createAuthorization } from '../auth/authorize.ts';
import { allControllers } from '../controllers/all-controllers.ts';
import { pod } from '../resources/test-resources.ts';
import { createAuthenticateByToken } from './test-users.ts';
import { testClient, type TestAnswer, type TestClient } from './test-client.ts';
import { startTestServer } from './test-server.ts';

const ROOT = '/apis/gantry.dev/v1alpha1';
const IN_DEFAULT = `${ROOT}/namespaces/default/explanations`;
const TURNS_MAX = 2000;

interface Item {
  metadata: { name: string; namespace?: string };
  involvedObject: { apiVersion: string; kind: string; namespace?: string; name: string; uid?: string };
  controller: string;
  reasons: { type: string }[];
  sentences: string[];
  time: string;
}

const itemsOf = ({ body }: TestAnswer): Item[] => body.items as unknown as Item[];
const linesOf = (answer: TestAnswer): string[] =>
  itemsOf(answer).map(
    ({ involvedObject: { kind, name }, controller, sentences }) =>
      `${kind}/${name} ${controller}: ${sentences.join('; ')}`,
  );

/** Asks until it is so: the controllers work at their own pace. */
async function until(ask: () => Promise<TestAnswer>, holds: (answer: TestAnswer) => boolean) {
  let last: TestAnswer | undefined;
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    last = await ask();
    if (holds(last)) return last;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`it never came to this: ${last?.text}`);
}

function deployment(name: string): object {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'web:1' }] } };
  const spec = { replicas: 2, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels }, spec };
}

async function startLeader(t: ExecutionContext) {
  const plane = await startTestServer({
    controllers: allControllers(systemClock),
    parts: (cache) => ({
      security: { authenticate: createAuthenticateByToken(), ...createAuthorization(cache) },
    }),
  });
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const as = (token: string): TestClient['get'] => {
    const headers = { authorization: `Bearer ${token}` };
    return (path, more = {}) => client.get(path, { ...headers, ...more });
  };
  const send = (method: string, path: string, body: unknown) =>
    client.call(method, path, body, { authorization: 'Bearer admin' });
  return { as, send, get: as('admin') };
}

test('a Deployment whose pods find no node: what it waits for, and what they do', async (t) => {
  const { get, send } = await startLeader(t);
  t.is((await send('POST', '/apis/apps/v1/namespaces/default/deployments', deployment('web'))).code, 201);
  const of = (kind: string, name = ''): string =>
    `${IN_DEFAULT}?fieldSelector=involvedObject.kind=${kind}${name === '' ? '' : `,involvedObject.name=${name}`}`;
  const told = await until(
    () => get(of('Deployment', 'web')),
    (answer) => answer.text.includes('no node fits') && answer.text.includes('waiting for 2 of 2'),
  );
  const why =
    'no node fits: no nodes available to schedule pods; tried again when a node or another pod changes';
  const [controller, pods] = linesOf(told);
  t.is(controller, 'Deployment/web deployment: waiting for 2 of 2 new pods to become available');
  t.regex(
    pods ?? '',
    /^Deployment\/web pods: 2 pods of web-\w+ are not ready: no node fits \(no node fits: /,
  );
  const [first, second] = itemsOf(told);
  t.like(first, {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'Explanation',
    metadata: { name: 'web.deployments.apps.deployment', namespace: 'default', labels: { app: 'web' } },
    involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' },
    reasons: [{ type: 'waiting-for-available', available: 0, total: 2 }],
  });
  t.like(second?.reasons[0], { type: 'pods-not-ready', pods: 2, cause: 'no node fits' });
  t.false(Number.isNaN(Date.parse(first?.time ?? '')));
  const ofPods = await get(of('Pod'));
  t.is(itemsOf(ofPods).length, 2);
  for (const item of itemsOf(ofPods)) {
    t.like(item, { controller: 'scheduler', sentences: [why] });
    t.deepEqual(item.reasons, [{ type: 'unschedulable', cause: 'no node fits' }] as never);
  }
  const ofSet = linesOf(await get(of('ReplicaSet')));
  t.regex(ofSet.join('\n'), /^ReplicaSet\/web-\w+ replicaset: waiting for 2 of 2 pods to become ready$/m);
  t.regex(ofSet.join('\n'), /^ReplicaSet\/web-\w+ pods: 2 pods are not ready: no node fits /m);

  t.is((await send('DELETE', '/apis/apps/v1/namespaces/default/deployments/web', undefined)).code, 200);
  const gone = await until(
    () => get(IN_DEFAULT),
    (answer) => answer.body.items.length === 0,
  );
  t.deepEqual(gone.body.items, [], 'forgotten with the objects');
});

test('selectors, table, and what is refused', async (t) => {
  const { get, send } = await startLeader(t);
  const labelled = { ...pod('solo'), metadata: { name: 'solo', labels: { app: 'solo' } } };
  await send('POST', '/api/v1/namespaces/default/pods', labelled);
  await send('POST', '/api/v1/namespaces/default/pods', pod('other'));
  await until(
    () => get(IN_DEFAULT),
    (answer) => (answer.text.match(/unschedulable/g) ?? []).length === 2,
  );
  const names = async (query: string): Promise<string> =>
    itemsOf(await get(`${ROOT}/explanations?${query}`))
      .map(({ involvedObject }) => involvedObject.name)
      .join();
  t.is(await names('labelSelector=app=solo'), 'solo');
  t.is(await names('fieldSelector=involvedObject.kind=Pod,involvedObject.name!=solo'), 'other');
  t.is(await names('fieldSelector=involvedObject.namespace=nowhere'), '');
  t.is(await names('fieldSelector=controller=scheduler,metadata.namespace=default'), 'other,solo');
  const table = await get(`${IN_DEFAULT}?labelSelector=app=solo`, {
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  });
  const { columnDefinitions, rows } = table.body as unknown as {
    columnDefinitions: { name: string }[];
    rows: { cells: string[]; object: Item }[];
  };
  t.deepEqual(
    columnDefinitions.map(({ name }) => name),
    ['Object', 'Says', 'Age', 'Why', 'Name'],
  );
  t.like(rows[0]?.cells, { 0: 'Pod/solo', 1: 'scheduler', 4: 'solo.pods.scheduler' });
  t.regex(rows[0]?.cells[3] ?? '', /^no node fits: /);
  t.is(rows[0]?.object.metadata.namespace, 'default');
  const unknown = await get(`${IN_DEFAULT}?fieldSelector=spec.x=1`);
  t.is(unknown.code, 400);
  t.regex(String(unknown.body['message']), /"spec\.x" is not a known field selector: only .*involvedObject/);
  t.is((await get(`${IN_DEFAULT}?watch=true`)).code, 405);
  t.is((await get(`${IN_DEFAULT}/solo`)).code, 404);
  t.is((await send('POST', IN_DEFAULT, {})).code, 405);
});

test('who may not read an object does not read why it is so', async (t) => {
  const { as, send } = await startLeader(t);
  for (const name of ['n1', 'n2']) {
    await send('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name } });
    const placed = { ...pod(`on-${name}`), spec: { ...(pod('x')['spec'] as object), nodeName: name } };
    await send('POST', '/api/v1/namespaces/default/pods', placed);
  }
  const all = await until(
    () => as('viewer')(`${ROOT}/explanations`),
    (answer) => linesOf(answer).filter((line) => line.startsWith('Node/')).length === 2,
  );
  t.true(linesOf(all).some((line) => line.startsWith('Pod/on-n2 agent: ')));
  const own = linesOf(await as('system:node:n1')(`${ROOT}/explanations`));
  t.true(own.length >= 2);
  t.deepEqual(
    // All nodes are everybody's: agents make their routes from them.
    own.filter((line) => !/^(Node\/n\d|Pod\/on-n1) /.test(line)),
    [],
  );
  const named = `${IN_DEFAULT}?fieldSelector=involvedObject.kind=Pod,involvedObject.name=on-n2`;
  const refused = await as('system:node:n1')(named);
  t.is(refused.code, 403);
  t.regex(String(refused.body['message']), /pod "on-n2" does not run on node "n1"/);
  t.is((await as('nobody')(IN_DEFAULT)).code, 403);
});

test('a replica that does not lead says so; what is written on pods it still tells', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  await client.call('POST', '/api/v1/namespaces/default/pods', pod('solo'));
  const answer = await client.get(`${ROOT}/explanations`);
  t.regex(answer.headers.get('warning') ?? '', /299 - "this replica does not lead/);
  t.deepEqual(linesOf(answer), ['Pod/solo scheduler: waiting to be given a node']);
});

test('discovery lists the resource in both forms', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const { body: legacy } = await client.get(ROOT);
  const listed = (legacy['resources'] as { name: string }[]).find(({ name }) => name === 'explanations');
  t.like(listed, { kind: 'Explanation', namespaced: true, verbs: ['list'] });
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const { body } = await client.get('/apis', { accept });
  const group = body.items.find(({ metadata }) => metadata.name === 'gantry.dev');
  const [version] = group?.['versions'] as { version: string; resources: { resource: string }[] }[];
  t.is(version?.version, 'v1alpha1');
  t.true(version?.resources.some(({ resource }) => resource === 'explanations'));
});
