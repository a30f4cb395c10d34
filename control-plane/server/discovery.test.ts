import test from 'ava';
import { testClient } from './test-client.ts';
import type { TestClient } from './test-client.ts';
import { startTestServer } from './test-server.ts';

const V2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const V2BETA1 = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList';

async function withClient(run: (client: TestClient) => Promise<void>): Promise<void> {
  const usage = { nodes: () => Promise.resolve([]), pods: () => Promise.resolve([]) };
  const connect = {
    subresources: { log: 'get', exec: 'create', attach: 'create' } as const,
    answer: () => Promise.resolve(),
    upgrade: () => Promise.resolve(),
  };
  const plane = await startTestServer({ usage, connect });
  try {
    await run(testClient(plane.url));
  } finally {
    await plane.stop();
  }
}

interface Row {
  name: string;
  kind: string;
  verbs: string[];
  group?: string;
  version?: string;
}

const text = ({ name, kind, verbs, group, version }: Row): string =>
  [name, kind, group === undefined ? '' : `${group}/${version ?? ''}`, verbs.join(',')]
    .filter((word) => word !== '')
    .join(' ');

test('legacy discovery, whole', (t) =>
  withClient(async (client) => {
    t.deepEqual((await client.get('/api')).body['versions'], ['v1']);
    const groups = (await client.get('/apis')).body['groups'] as {
      name: string;
      preferredVersion: { groupVersion: string };
    }[];
    const listed: Record<string, string[]> = {};
    for (const groupVersion of [
      'v1',
      ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion),
    ]) {
      const root = groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`;
      const { body } = await client.get(root);
      t.is(body['groupVersion'], groupVersion);
      listed[groupVersion] = (body['resources'] as Row[]).map(text);
    }
    t.snapshot(listed);
  }));

test('aggregated discovery says the same, in both versions', (t) =>
  withClient(async (client) => {
    for (const [accept, apiVersion] of [
      [V2, 'apidiscovery.k8s.io/v2'],
      [V2BETA1, 'apidiscovery.k8s.io/v2beta1'],
    ] as const) {
      for (const path of ['/api', '/apis']) {
        const { body, headers } = await client.get(path, { accept: `${accept},application/json` });
        t.is(headers.get('content-type'), accept);
        t.is(body['apiVersion'], apiVersion);
        t.is(body.kind, 'APIGroupDiscoveryList');
      }
    }
    const { body } = await client.get('/api', { accept: V2 });
    interface Version {
      resources: { resource: string; scope: string; subresources?: { subresource: string }[] }[];
    }
    const [core] = body.items as unknown as { versions: Version[] }[];
    const pods = core?.versions[0]?.resources.find(({ resource }) => resource === 'pods');
    t.is(pods?.scope, 'Namespaced');
    t.deepEqual(pods?.subresources?.map(({ subresource }) => subresource).sort(), [
      'attach',
      'binding',
      'eviction',
      'exec',
      'log',
      'status',
    ]);
  }));

test('groups, versions and documents that are not there are 404', (t) =>
  withClient(async (client) => {
    for (const path of ['/api/v2', '/apis/nope', '/apis/apps/v9', '/openapi/v3/apis/nope/v1']) {
      t.is((await client.get(path)).code, 404, path);
    }
  }));

test('OpenAPI v2 is a document without schemas, in JSON and in the protobuf that kubectl asks for', (t) =>
  withClient(async (client) => {
    const get = (accept: string) => client.get('/openapi/v2', { accept });
    t.like((await get('application/json')).body, { swagger: '2.0', paths: {} });
    const { headers, text } = await get('application/com.github.proto-openapi.spec.v2@v1.0+protobuf');
    t.is(headers.get('content-type'), 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    // swagger = "2.0", then info with its title.
    t.regex(text, /^\n\x032\.0\x12.\n.Gantry/);
    t.is((await get('text/html')).code, 406);
  }));

test('OpenAPI: an index whose documents are there', (t) =>
  withClient(async (client) => {
    const { body } = await client.get('/openapi/v3');
    const paths = body['paths'] as Record<string, { serverRelativeURL: string }>;
    t.true('api/v1' in paths && 'apis/apps/v1' in paths);
    for (const { serverRelativeURL } of Object.values(paths)) {
      t.is((await client.get(serverRelativeURL)).body['openapi'], '3.0.0');
    }
  }));

test('usage is served where there is a source', async (t) => {
  const atMs = Date.parse('2026-01-01T00:00:00Z');
  const plane = await startTestServer({
    usage: {
      nodes: () =>
        Promise.resolve([
          { node: 'n1', cpuMilli: 250, memoryBytes: 64 * 1024 * 1024, atMs, windowMs: 10_000 },
        ]),
      pods: () => Promise.resolve([]),
    },
  });
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const { body } = await client.get('/apis/metrics.k8s.io/v1beta1/nodes');
  t.like(body, { kind: 'NodeMetricsList' });
  t.like(body.items[0], {
    metadata: { name: 'n1' },
    timestamp: '2026-01-01T00:00:00Z',
    window: '10s',
    usage: { cpu: '250m', memory: '64Mi' },
  });
  t.is((await client.get('/apis/metrics.k8s.io/v1beta1/nodes/n2')).code, 404);
});
