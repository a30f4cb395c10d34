// A timeline is the same whichever replica is asked: plans are known to the replica that made them, and the others ask it. One
// that does not answer is named, and holds nobody up for long.
import { createServer, type AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { readText } from '@gantry/api/answer-body';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { endpointSliceKind, SERVICE_NAME_LABEL } from '@gantry/api/kinds/endpoint-slice';
import { API_SERVICE } from '@gantry/api/kinds/service';
import type { TimelineEntry, TimelineEvent, TimelineList } from '@gantry/api/timeline/timeline-entry';
import { allControllers } from '@gantry/control-plane/controllers/all-controllers';
import { systemClock } from '@gantry/kit/clock';
import { TestReplicas, type TestReplica } from './test-replicas.ts';
import { until } from './until.ts';

const TIMELINE = '/apis/gantry.dev/v1alpha1/namespaces/default/timeline?for=deploy/web&limit=5000';
const WEB = { namespace: 'default', name: 'web' };
const ANSWER_BYTES_MAX = 4 * 1024 ** 2;

function web(): Deployment {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'a:1' }] } };
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: WEB },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  };
}

async function timelineOf({
  client,
}: TestReplica): Promise<{ items: readonly TimelineEntry[]; warning: string }> {
  const answer = await client.raw({ method: 'GET', path: TIMELINE });
  const list = JSON.parse(await readText(answer.body, ANSWER_BYTES_MAX)) as TimelineList;
  return { items: list.items, warning: answer.headers['warning'] ?? '' };
}

const plansIn = (items: readonly TimelineEntry[]): string[] =>
  items.filter(({ type }) => type === 'plan').map(({ what, id }) => `${id} ${what}`);

/** Three replicas that know one another; the first leads. */
async function threeReplicas(t: ExecutionContext): Promise<{ replicas: TestReplicas; all: TestReplica[] }> {
  const replicas = new TestReplicas();
  t.teardown(() => replicas.close());
  const all = [
    await replicas.start(allControllers(systemClock)),
    await replicas.start(),
    await replicas.start(),
  ];
  await until('all know of all', async () => {
    const { items } = await (all[2] as TestReplica).client.list(endpointSliceKind, {
      namespace: API_SERVICE.namespace,
    });
    return items.length === all.length ? true : undefined;
  });
  return { replicas, all };
}

test('plans are told by every replica, in their place, also those of a later leader', async (t) => {
  t.timeout(180_000);
  const { replicas, all } = await threeReplicas(t);
  const [a, b, c] = all as [TestReplica, TestReplica, TestReplica];
  await b.client.create(deploymentKind, web());
  const told = await until('the pods are planned', async () => {
    const { items, warning } = await timelineOf(c);
    return items.some(({ type, what }) => type === 'plan' && /create Pod web-/.test(what))
      ? { items, warning }
      : undefined;
  });
  t.is(told.warning, '');
  const lines = told.items.map(({ type, who, object, what }) => `${type} ${who} ${object.kind}: ${what}`);
  const order = [
    /^change admin Deployment: created/,
    /^plan deployment-controller Deployment: create ReplicaSet web-/,
    /^change deployment-controller ReplicaSet: created/,
    /^plan replicaset-controller ReplicaSet: create Pod web-/,
    /^change replicaset-controller Pod: created/,
  ].map((pattern) => lines.findIndex((line) => pattern.test(line)));
  t.false(order.includes(-1), lines.join('\n'));
  t.deepEqual(
    order.toSorted((x, y) => x - y),
    order,
    lines.join('\n'),
  );
  await until('all tell the same plans', async () => {
    const [first, ...others] = await Promise.all(
      all.map(async (one) =>
        plansIn((await timelineOf(one)).items)
          .sort()
          .join('\n'),
      ),
    );
    return others.every((other) => other === first) ? true : undefined;
  });

  await a.stop();
  const d = await replicas.start(allControllers(systemClock));
  await b.client.patch(deploymentKind, WEB, 'merge', { spec: { replicas: 3 } });
  await until('the next leader’s plans', async () => {
    const { items } = await timelineOf(c);
    return items.some(({ type, what }) => type === 'plan' && /update ReplicaSet web-/.test(what))
      ? true
      : undefined;
  });
  await until('nobody misses the one that is gone', async () =>
    (await Promise.all([b, c, d].map(timelineOf))).every(({ warning }) => warning === '') ? true : undefined,
  );
});

test('a replica that does not answer is named, in a list and in a watch; the rest is told', async (t) => {
  t.timeout(180_000);
  const { all } = await threeReplicas(t);
  const [a, b] = all as [TestReplica, TestReplica];
  const silent = createServer(() => undefined);
  t.teardown(() => silent.close());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const ports = [silent, closed].map((server) => (server.address() as AddressInfo).port);
  await new Promise((resolve) => closed.close(resolve));
  for (const port of ports)
    await a.client.create(endpointSliceKind, {
      ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
      metadata: {
        ...{ namespace: API_SERVICE.namespace, name: `gone-${port}` },
        labels: { [SERVICE_NAME_LABEL]: API_SERVICE.name },
      },
      endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
      ports: [{ name: 'https', port, protocol: 'TCP' }],
    });
  await a.client.create(deploymentKind, web());
  const { warning } = await until('plans and what is missing', async () => {
    const told = await timelineOf(b);
    return plansIn(told.items).length > 0 && told.warning.includes('no answer') ? told : undefined;
  });
  t.regex(warning, new RegExp(`replica 127\\.0\\.0\\.1:${ports[0]} made are missing: no answer within 2 s`));
  t.regex(warning, new RegExp(`replica 127\\.0\\.0\\.1:${ports[1]} made are missing: .*REFUSED`));
  const end = new AbortController();
  const watch = await b.client.raw({ method: 'GET', path: `${TIMELINE}&watch=true`, signal: end.signal });
  let text = '';
  for await (const chunk of watch.body) {
    text += Buffer.from(chunk).toString('utf8');
    if (/"BOOKMARK".*\n/.test(text)) break;
  }
  end.abort();
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TimelineEvent);
  const [bookmark] = events.filter((event) => event.type === 'BOOKMARK');
  t.is(bookmark?.object.warnings?.length, 2);
});
