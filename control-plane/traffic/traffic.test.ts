// From the tunnels of two nodes to what a client reads.
import test from 'ava';
import {
  readTrafficReport,
  rowOf,
  type RevisionTraffic,
  type TrafficReport,
} from '@gantry/api/service-traffic';
import { unavailable } from '@gantry/api/status-error';
import { silentLogger } from '@gantry/kit/logger';
import { CHANNEL } from '@gantry/kit/tunnel/frame';
import type { TunnelRequest } from '@gantry/kit/tunnel/tunnel-request';
import { TunnelSession } from '@gantry/kit/tunnel/tunnel-session';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { testClient } from '../server/test-client.ts';
import { startTestServer } from '../server/test-server.ts';
import { createTrafficSource } from './node-traffic-source.ts';

const METRICS = '# TYPE gantry_dns_queries_total counter\n';
const ROOT = '/apis/traffic.gantry.dev/v1alpha1';

/** Tunnels to nodes in memory that answer as agents do. */
function tunnelsTo(nodes: ReadonlyMap<string, { report: TrafficReport | 'silent' }>) {
  const sessions = new Map(
    [...nodes].map(([name, node]) => {
      const near: TunnelSession = new TunnelSession({
        send: (bytes) => queueMicrotask(() => far.receive(Buffer.from(bytes))),
        close: () => undefined,
      });
      const far: TunnelSession = new TunnelSession(
        { send: (bytes) => queueMicrotask(() => near.receive(Buffer.from(bytes))), close: () => undefined },
        (request, stream) => {
          const text = (request as TunnelRequest).kind === 'metrics' ? METRICS : JSON.stringify(node.report);
          if (text === '"silent"') return;
          void stream
            .write(CHANNEL.stdout, Buffer.from(text))
            .then(() => stream.finish({ ok: true, value: 0 }));
        },
      );
      return [name, near];
    }),
  );
  return {
    connectedNodes: () => [...sessions.keys()],
    open(node: string, request: TunnelRequest) {
      const session = sessions.get(node);
      if (session === undefined) throw unavailable(`node "${node}" is not connected right now`);
      return session.open(request);
    },
  };
}

const report = (incarnation: string, answers2xx: number): TrafficReport => ({
  incarnation,
  series: [{ service: 'default/web', revision: '7bcd2fg', row: rowOf({ answers2xx }) }],
});

test('the sums of nodes; who is silent counts as before, a new incarnation on top', async (t) => {
  const clock = new VirtualClock(0);
  const [n1, n2] = [{ report: report('a', 5) }, { report: report('a', 7) as TrafficReport | 'silent' }];
  const tunnels = tunnelsTo(
    new Map([
      ['n1', n1],
      ['n2', n2],
    ]),
  );
  const cache = { get: () => ({}) as never };
  const source = createTrafficSource({ tunnels, cache, clock, logger: silentLogger });
  const { signal } = new AbortController();
  const counted = async (): Promise<number | undefined> => {
    const asked = source.sums(signal);
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    clock.advance(3_000);
    return (await asked).sums.get('default/web')?.get('7bcd2fg')?.[1];
  };
  t.is(await counted(), 12);
  Object.assign(n1, { report: report('b', 2) });
  n2.report = 'silent';
  t.is(await counted(), 14);
  t.is(await source.nodeMetrics('n1', signal), METRICS);
  await t.throwsAsync(source.nodeMetrics('n9', signal), { message: /not connected/ });
  source.close();
});

test('long reports come over whole', async (t) => {
  const series = Array.from({ length: 5_000 }, (_, at) => ({
    ...{ service: `default/web-${at}`, revision: '7bcd2fg' },
    row: rowOf({ bytesIn: 123_456_789_012 + at }),
  }));
  const tunnels = tunnelsTo(new Map([['n1', { report: { incarnation: 'a', series } }]]));
  const source = createTrafficSource({
    ...{ tunnels, cache: { get: () => ({}) as never }, clock: new VirtualClock(0), logger: silentLogger },
  });
  t.is((await source.sums(new AbortController().signal)).sums.size, 5_000);
  t.is(readTrafficReport({ incarnation: 'a', series })?.series.length, 5_000);
  source.close();
});

test('traffic.gantry.dev: one Service, those of a namespace and of all; discovery; the metrics of a node', async (t) => {
  const sums = new Map([['default/web', new Map([['7bcd2fg', rowOf({ answers2xx: 5, bytesOut: 9 })]])]]);
  const plane = await startTestServer({
    traffic: {
      sums: () => Promise.resolve({ sums, atMs: 0 }),
      nodeMetrics: () => Promise.resolve(METRICS),
      surplus: () => 3,
    },
  });
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const spec = { ports: [{ port: 80 }] };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec,
  };
  t.is((await client.call('POST', '/api/v1/namespaces/default/services', service)).code, 201);
  const { body } = await client.get(`${ROOT}/namespaces/default/services/web`);
  t.like(body, { kind: 'ServiceTraffic', timestamp: '1970-01-01T00:00:00.000Z' });
  const [revision] = body['revisions'] as RevisionTraffic[];
  t.like(revision, { revision: '7bcd2fg', counters: { answers2xx: 5, bytesOut: 9 }, latency: { sumMs: 0 } });
  t.is((await client.get(`${ROOT}/namespaces/default/services/none`)).code, 404);
  const names = async (path: string): Promise<unknown> =>
    (await client.get(path)).body.items.map(({ metadata }) => metadata.name);
  t.deepEqual(await names(`${ROOT}/services`), ['web']);
  t.deepEqual(await names(`${ROOT}/namespaces/default/services?labelSelector=app%3Dother`), []);
  t.is((await client.get(`${ROOT}/services?labelSelector=((`)).code, 400);
  const { resources } = (await client.get(ROOT)).body as unknown as { resources: { name: string }[] };
  t.deepEqual(
    resources.map(({ name }) => name),
    ['services'],
  );
  t.true((await client.get('/metrics')).text.includes('gantry_traffic_series_surplus_total 3'));

  t.is((await client.get('/api/v1/nodes/n1/proxy/metrics')).code, 404);
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } };
  t.is((await client.call('POST', '/api/v1/nodes', node)).code, 201);
  const metrics = await client.get('/api/v1/nodes/n1/proxy/metrics');
  t.deepEqual([metrics.code, metrics.text], [200, METRICS]);
  t.is((await client.get('/api/v1/nodes/n1/proxy/logs')).code, 404);
  t.is((await client.call('POST', '/api/v1/nodes/n1/proxy/metrics')).code, 405);
});
