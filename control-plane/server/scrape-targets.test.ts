// Whom a Prometheus is told to scrape, and who may ask.
import { get } from 'node:http';
import test from 'ava';
import { createAuthorization, MONITOR_GROUP, VIEWER_GROUP } from '../auth/authorize.ts';
import type { User } from './security.ts';
import { testClient } from './test-client.ts';
import { startTestServer } from './test-server.ts';

const CONTROL_PLANES = '/sd/prometheus/control-planes';
const NODES = '/sd/prometheus/nodes';

/** fetch would put in a host of its own. */
function codeFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { host }, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once('error', reject);
  });
}

test('nodes through who is asked; replicas by the Service kubernetes, else who is asked', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const host = new URL(plane.url).host;
  await client.call('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
  t.deepEqual(JSON.parse((await client.get(NODES)).text), [
    {
      targets: [host],
      labels: { node: 'n1', instance: 'n1', __metrics_path__: '/api/v1/nodes/n1/proxy/metrics' },
    },
  ]);
  t.deepEqual(JSON.parse((await client.get(CONTROL_PLANES)).text), [
    { targets: [host], labels: { instance: host } },
  ]);
  await client.call('POST', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    metadata: {
      ...{ name: 'kubernetes', namespace: 'default' },
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.2'] }, { addresses: ['10.0.0.1'] }],
    ports: [{ name: 'https', port: 6443 }],
  });
  t.deepEqual(JSON.parse((await client.get(CONTROL_PLANES)).text), [
    { targets: ['10.0.0.1:6443'], labels: { instance: '10.0.0.1:6443' } },
    { targets: ['10.0.0.2:6443'], labels: { instance: '10.0.0.2:6443' } },
  ]);
  t.is(await codeFor(`${plane.url}${NODES}`, 'evil.example/x'), 400);
});

test('figures are for admins, viewers and monitors; monitors read nothing else', (t) => {
  const { authorize } = createAuthorization({
    revision: 0,
    changedAt: () => 0,
    get: () => undefined,
    list: () => [],
    byIndex: () => [],
  });
  const path = (at: string) => ({
    ...{ verb: 'get', isResourceRequest: false, path: at, group: '', version: '', resource: '' },
    ...{ subresource: '', namespace: '', name: '', labelSelector: '', fieldSelector: '' },
  });
  const of = (verb: string, resource: string, subresource: string) => ({
    ...path(''),
    ...{ verb, isResourceRequest: true, version: 'v1', resource, subresource, name: 'n1' },
  });
  const may = (groups: string[], request: ReturnType<typeof path>): boolean => {
    const user: User = { name: 'ann', groups };
    return authorize(user, request).allowed;
  };
  for (const at of ['/metrics', CONTROL_PLANES, NODES]) {
    for (const group of [MONITOR_GROUP, VIEWER_GROUP, 'system:masters']) t.true(may([group], path(at)), at);
    t.false(may(['developers'], path(at)), at);
    t.false(may(['system:nodes'], path(at)), at);
  }
  t.true(may([MONITOR_GROUP], of('get', 'nodes', 'proxy')));
  for (const request of [of('get', 'nodes', ''), of('create', 'nodes', 'proxy'), of('list', 'pods', '')])
    t.false(may([MONITOR_GROUP], request));
});
