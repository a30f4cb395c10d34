// A timeline of a whole control plane on the memory store, with an agent that is asked as through a tunnel: who did what, in
// which order, for whose eyes, and what is still known after a restart.
import test from 'ava';
import type { NodeReport } from '@gantry/api/timeline/node-report';
import { CLOCK_HEADER } from '@gantry/api/timeline/clock-header';
import type { TimelineEntry, TimelineList } from '@gantry/api/timeline/timeline-entry';
import { systemClock } from '@gantry/kit/clock';
import { formatHybrid, parseHybrid } from '@gantry/kit/hybrid-time';
import { allControllers } from '../controllers/all-controllers.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { NodeReports } from '../timeline/node-records.ts';
import { startTestServer } from './test-server.ts';

const HOUR_MS = 3_600_000;
const TIMELINE = '/apis/gantry.dev/v1alpha1/namespaces/default/timeline';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const labels = { app: 'web' };
const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'a:1' }] } },
  },
};

async function call(url: string, method: string, body?: object, headers: Record<string, string> = {}) {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const answer = await fetch(url, {
    ...{ method, headers: { 'Content-Type': type, ...headers } },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const value: unknown = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status} ${JSON.stringify(value)}`);
  return { value, headers: answer.headers };
}

const timelineOf = async (url: string, query: string): Promise<TimelineList> =>
  (await call(`${url}${TIMELINE}?${query}`, 'GET')).value as TimelineList;

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('did not come to be');
}

const createdPod = (items: readonly TimelineEntry[]): TimelineEntry | undefined =>
  items.find(({ object, verb, type }) => type === 'change' && object.kind === 'Pod' && verb === 'create');

test('who changed what, the plan that followed, and what it did, in this order; a user’s values are not told', async (t) => {
  const plane = await startTestServer({ controllers: allControllers(systemClock) });
  t.teardown(() => plane.stop());
  await call(`${plane.url}${DEPLOYMENTS}`, 'POST', web, { 'X-Request-Id': 'made-by-me' });
  const { items } = await until(async () => {
    const list = await timelineOf(plane.url, 'for=deploy/web');
    return createdPod(list.items) === undefined ? undefined : list;
  });
  const text = items.map(({ type, who, object, what }) => `${type} ${who} ${object.kind}: ${what}`);
  const at = (pattern: RegExp): number => text.findIndex((line) => pattern.test(line));
  const order = [
    at(/^change test-admin Deployment: created/),
    at(/^plan deployment-controller Deployment: create ReplicaSet web-[^]*creating ReplicaSet/),
    at(/^change deployment-controller ReplicaSet: created/),
    at(/^plan replicaset-controller ReplicaSet: create Pod web-/),
    at(/^change replicaset-controller Pod: created/),
  ];
  t.deepEqual(order.toSorted((a, b) => a - b), order, text.join('\n'));
  t.false(order.includes(-1), text.join('\n'));
  t.is(items[order[0] ?? 0]?.requestId, 'made-by-me');
  t.is(items[order[1] ?? 0]?.requestId, items[order[2] ?? 0]?.requestId);
  const stamps = items.map(({ stamp }) => stamp);
  t.deepEqual([...stamps].sort(), stamps);
  const revisions = items.flatMap(({ revision }) => (revision === undefined ? [] : [revision]));
  t.deepEqual([...revisions].sort((a, b) => a - b), revisions);
  await call(`${plane.url}${DEPLOYMENTS}/web`, 'PATCH', {
    spec: {
      replicas: 3,
      template: { spec: { containers: [{ name: 'app', image: 'a:2', env: [{ name: 'KEY', value: 'hush' }] }] } },
    },
  });
  const changed = await until(async () =>
    (await timelineOf(plane.url, 'for=deployment/web')).items.find(
      ({ object, verb, who }) => object.kind === 'Deployment' && verb === 'update' && who === 'test-admin',
    ),
  );
  t.true(changed.what.includes('spec.replicas 1 -> 3'));
  t.true(changed.what.includes('image a:1 -> a:2'));
  t.false(JSON.stringify(changed).includes('hush'));
});

test('a Secret: that it changed and which keys, for those who may read it', async (t) => {
  let user = { name: 'ann', groups: ['system:masters'] };
  const plane = await startTestServer({
    security: {
      authenticate: () => Promise.resolve(user),
      authorize: ({ name }, { resource }) => ({ allowed: name === 'ann' || resource !== 'secrets', reason: 'no' }),
    },
  });
  t.teardown(() => plane.stop());
  const secrets = `${plane.url}/api/v1/namespaces/default/secrets`;
  await call(secrets, 'POST', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' }, stringData: { a: 'hush' } });
  await call(`${secrets}/key`, 'PATCH', { stringData: { a: 'still' } });
  const { items } = await until(async () => {
    const list = await timelineOf(plane.url, 'for=secret/key');
    return list.items.length < 2 ? undefined : list;
  });
  t.deepEqual(
    items.map(({ who, what }) => `${who}: ${what}`),
    ['ann: created', 'ann: data.a changed'],
  );
  const encoded = Buffer.from('hush').toString('base64');
  t.false(JSON.stringify(items).includes('hush') || JSON.stringify(items).includes(encoded));
  user = { name: 'bob', groups: [] };
  t.false(JSON.stringify(await timelineOf(plane.url, '')).includes('Secret'));
  await t.throwsAsync(timelineOf(plane.url, 'for=secret/key'), { message: /^403/ });
});

/** Agents that are hours wrong, each with one record about a pod, acted on at that pod's revision. */
function wrongNodes(pod: TimelineEntry, nowMs: () => number): NodeReports {
  const report = (wrongMs: number): NodeReport => ({
    incarnation: 'i',
    now: formatHybrid({ wallMs: nowMs() + wrongMs, counter: 0, node: 'x' }),
    skewMs: wrongMs,
    records: [
      {
        ...{ seq: 1, at: formatHybrid({ wallMs: nowMs() + wrongMs - 1, counter: 0, node: 'x' }) },
        ...{ seen: pod.revision ?? 0, type: 'container', severity: 'Normal', object: pod.object },
        ...{ container: 'app', reason: 'Started', what: 'Started container app' },
      },
    ],
  });
  return {
    connected: () => ['late', 'early'],
    report: (node) => Promise.resolve(report(node === 'late' ? -2 * HOUR_MS : 2 * HOUR_MS)),
  };
}

test('nodes two hours ahead and behind come right after what they acted on, and their clocks are told', async (t) => {
  let nodes: NodeReports = { connected: () => [], report: () => Promise.resolve(undefined) };
  const plane = await startTestServer({
    nodeReports: { connected: () => nodes.connected(), report: (...asked) => nodes.report(...asked) },
  });
  t.teardown(() => plane.stop());
  const pods = `${plane.url}/api/v1/namespaces/default/pods`;
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'app', image: 'a' }] } };
  await call(pods, 'POST', pod);
  const made = await until(async () => createdPod((await timelineOf(plane.url, '')).items));
  nodes = wrongNodes(made, Date.now);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await call(`${pods}/p`, 'PATCH', { metadata: { labels: { later: 'yes' } } });
  const list = await until(async () => {
    const found = await timelineOf(plane.url, '');
    return found.items.some(({ what }) => what.includes('labels')) ? found : undefined;
  });
  const mine = list.items.filter(({ object }) => object.kind === 'Pod');
  t.is(mine[0]?.id, made.id);
  t.deepEqual(
    mine.filter(({ type }) => type === 'container').map(({ where, skewMs }) => [where, skewMs]).sort(),
    [
      ['early', 2 * HOUR_MS],
      ['late', -2 * HOUR_MS],
    ],
  );
  for (const { time } of mine) t.true(Math.abs(Date.parse(time) - Date.now()) < 60_000, time);
  t.deepEqual(list.clocks.toSorted((a, b) => a.skewMs - b.skewMs), [
    { where: 'late', skewMs: -2 * HOUR_MS },
    { where: 'early', skewMs: 2 * HOUR_MS },
  ]);
});

test('after a restart, who changed what and the Events are still there', async (t) => {
  const store = createMemoryStore();
  const first = await startTestServer({ store, controllers: allControllers(systemClock) });
  await call(`${first.url}${DEPLOYMENTS}`, 'POST', web, { 'X-Request-Id': 'before' });
  await until(async () => createdPod((await timelineOf(first.url, 'for=deploy/web')).items));
  await call(`${first.url}${DEPLOYMENTS}/web`, 'PATCH', { spec: { replicas: 2 } }, { 'X-Request-Id': 'scaled' });
  await until(async () => {
    const { items } = await timelineOf(first.url, 'for=deploy/web');
    return items.some(({ type, what }) => type === 'event' && what.includes('Scaled up')) ? true : undefined;
  });
  await first.stopKeepingStore();
  const second = await startTestServer({ store });
  t.teardown(() => second.stop());
  const { items } = await timelineOf(second.url, 'for=deploy/web');
  const users = items.filter(({ who, object }) => who === 'test-admin' && object.kind === 'Deployment');
  t.deepEqual(
    users.map(({ requestId, what }) => `${requestId ?? ''}: ${what}`),
    ['before: created', 'scaled: spec.replicas 1 -> 2'],
  );
  t.true(items.some(({ type, who }) => type === 'event' && who === 'deployment-controller'));
  t.true(items.some(({ object, verb, who }) => object.kind === 'Pod' && verb === 'create' && who !== ''));
  t.true(items.findIndex(({ requestId }) => requestId === 'before') < items.findIndex(({ requestId }) => requestId === 'scaled'));
});

test('followed, it tells what there is and then what comes; an agent hears the time', async (t) => {
  const agent = { name: 'system:node:n1', groups: ['system:nodes'] };
  const admin = { name: 'ann', groups: ['system:masters'] };
  const plane = await startTestServer({
    security: {
      authenticate: ({ headers }) => Promise.resolve(headers['x-test'] === 'agent' ? agent : admin),
      authorize: () => ({ allowed: true, reason: '' }),
    },
  });
  const maps = `${plane.url}/api/v1/namespaces/default/configmaps`;
  const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  await call(maps, 'POST', map('one'));
  const answer = await fetch(`${plane.url}${TIMELINE}?watch=true`);
  const lines: string[] = [];
  const reading = (async () => {
    for await (const chunk of answer.body ?? []) lines.push(Buffer.from(chunk as Uint8Array).toString());
  })().catch(() => undefined);
  const tells = (pattern: RegExp) => until(() => Promise.resolve(pattern.test(lines.join('')) ? true : undefined));
  await tells(/"name":"one"[^]*"type":"BOOKMARK"/);
  await call(maps, 'POST', map('two'));
  await tells(/"BOOKMARK"[^]*"name":"two"/);
  t.is(lines.join('').match(/"name":"one"/g)?.length, 1);
  const ahead = { wallMs: Date.now() + 400, counter: 3, node: 'n1' };
  const heard = (headers: Record<string, string>) =>
    call(`${plane.url}/version`, 'GET', undefined, { [CLOCK_HEADER]: formatHybrid(ahead), ...headers });
  const told = parseHybrid((await heard({ 'x-test': 'agent' })).headers.get(CLOCK_HEADER) ?? '');
  t.true((told?.wallMs ?? 0) >= ahead.wallMs);
  t.is((await heard({})).headers.get(CLOCK_HEADER), null);
  await plane.stop();
  await reading;
});

test('what is asked wrongly is refused in a sentence', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  for (const [query, sentence] of [
    ['for=web', 'for must be TYPE/NAME'],
    ['for=nothing/web', 'for must be TYPE/NAME'],
    ['limit=0', 'limit must be'],
    ['since=yesterday', 'since must be'],
  ] as const) {
    await t.throwsAsync(timelineOf(plane.url, query), { message: new RegExp(`^400.*${sentence}`) }, query);
  }
  await t.throwsAsync(call(`${plane.url}/apis/gantry.dev/v1alpha1/timeline?for=pod/a`, 'GET'), {
    message: /^400.*needs a namespace/,
  });
});
