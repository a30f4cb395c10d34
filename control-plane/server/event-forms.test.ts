// Events in both their API groups: one store, the fields by either's names.
import test from 'ava';
import { startTestServer } from './test-server.ts';
import { testClient, type TestClient } from './test-client.ts';

const CORE = '/api/v1/namespaces/default/events';
const EVENTS = '/apis/events.k8s.io/v1/namespaces/default/events';
const REGARDING = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'a' };

const recorded = (name: string): object => ({
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name, namespace: 'default' },
  eventTime: '2026-01-01T00:00:00.000001Z',
  reportingController: 'example.com/controller',
  reportingInstance: 'c-1',
  action: 'Binding',
  reason: 'Scheduled',
  regarding: REGARDING,
  note: 'put somewhere',
  type: 'Normal',
});

const told = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name, namespace: 'default' },
  involvedObject: REGARDING,
  reason: 'Pulled',
  message: 'image present',
  source: { component: 'agent', host: 'n1' },
  firstTimestamp: '2026-01-01T00:00:00Z',
  lastTimestamp: '2026-01-01T00:01:00Z',
  count: 3,
  type: 'Warning',
});

async function withClient(act: (client: TestClient) => Promise<void>): Promise<void> {
  const plane = await startTestServer();
  try {
    await act(testClient(plane.url));
  } finally {
    await plane.stop();
  }
}

test('an event of either group is read in the other by its own names', (t) =>
  withClient(async (client) => {
    t.like((await client.call('POST', EVENTS, recorded('e1'))).body, recorded('e1'));
    t.is((await client.call('POST', CORE, told('e2'))).code, 201);
    const core = await client.get(`${CORE}/e1`);
    t.like(core.body, {
      apiVersion: 'v1',
      involvedObject: REGARDING,
      message: 'put somewhere',
      reportingComponent: 'example.com/controller',
      eventTime: '2026-01-01T00:00:00.000001Z',
      action: 'Binding',
    });
    t.false('note' in core.body || 'regarding' in core.body);
    const other = await client.get(`${EVENTS}/e2`);
    t.like(other.body, {
      apiVersion: 'events.k8s.io/v1',
      regarding: REGARDING,
      note: 'image present',
      deprecatedSource: { component: 'agent', host: 'n1' },
      deprecatedFirstTimestamp: '2026-01-01T00:00:00Z',
      deprecatedLastTimestamp: '2026-01-01T00:01:00Z',
      deprecatedCount: 3,
    });
    t.false('message' in other.body || 'count' in other.body);
  }));

test('lists, selectors, tables and watches of events.k8s.io', (t) =>
  withClient(async (client) => {
    await client.call('POST', CORE, told('e2'));
    const list = await client.get(`${EVENTS}?fieldSelector=regarding.name%3Da,type%3DWarning`);
    t.like(list.body, { kind: 'EventList', apiVersion: 'events.k8s.io/v1' });
    t.like(list.body.items[0], { apiVersion: 'events.k8s.io/v1', note: 'image present' });
    t.is((await client.get(`${EVENTS}?fieldSelector=involvedObject.name%3Da`)).code, 400);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = await client.get(`${EVENTS}?includeObject=Object`, { accept });
    const [row] = table.body['rows'] as { cells: string[]; object: { note: string } }[];
    t.true(row?.cells.includes('image present'));
    t.is(row?.object.note, 'image present');
    const watch = await client.watch(`${EVENTS}?watch=true`);
    t.like((await watch.next())?.object, { apiVersion: 'events.k8s.io/v1', note: 'image present' });
    watch.close();
  }));

test('patches and updates of events.k8s.io use its names; fields of core v1 are unknown there', (t) =>
  withClient(async (client) => {
    await client.call('POST', EVENTS, recorded('e1'));
    const series = { count: 2, lastObservedTime: '2026-01-01T00:02:00.000000Z' };
    const merge = { 'content-type': 'application/strategic-merge-patch+json' };
    const patched = await client.call('PATCH', `${EVENTS}/e1`, { series, note: 'again' }, merge);
    t.like(patched.body, { series, note: 'again', reason: 'Scheduled' });
    t.like((await client.get(`${CORE}/e1`)).body, { series, message: 'again' });
    const put = await client.call('PUT', `${EVENTS}/e1`, { ...recorded('e1'), note: 'third' });
    t.is(put.body['note'], 'third');
    const strict = await client.call('POST', `${EVENTS}?fieldValidation=Strict`, {
      ...recorded('e3'),
      message: 'x',
    });
    t.is(strict.code, 400);
    t.regex(String(strict.body['message']), /unknown field "message"/);
    const wrong = await client.call('POST', EVENTS, { ...recorded('e3'), note: 7 });
    t.regex(String(wrong.body['message']), /note: expected string/);
    const apply = { 'content-type': 'application/apply-patch+yaml' };
    t.is((await client.call('PATCH', `${EVENTS}/e1?fieldManager=x`, recorded('e1'), apply)).code, 415);
    t.is((await client.call('DELETE', `${EVENTS}/e1`)).code, 200);
    t.is((await client.get(`${CORE}/e1`)).code, 404);
  }));

test('discovery and OpenAPI know the group, with its own schema', (t) =>
  withClient(async (client) => {
    const { body } = await client.get('/apis/events.k8s.io/v1');
    t.like((body['resources'] as object[])[0], { name: 'events', kind: 'Event' });
    const { text } = await client.get('/openapi/v3/apis/events.k8s.io/v1');
    t.regex(text, /deprecatedCount/);
    t.notRegex(text, /involvedObject/);
  }));
