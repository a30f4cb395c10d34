import test from 'ava';
import type { CacheReader } from '../cache/cache.ts';
import type { RequestAttributes } from '../server/security.ts';
import { authorizeNode } from './node-authorizer.ts';

/** These rules ask the cache for nothing. */
const cache = {} as CacheReader;

function allowed(verb: string, resource: string, group: string, subresource = '', name = ''): boolean {
  const request = { verb, resource, group, subresource, name, namespace: '', fieldSelector: '' };
  return authorizeNode('n1', request as RequestAttributes, cache).allowed;
}

test('an agent reads all Services and where they lead, and flags, and changes none', (t) => {
  for (const [resource, group] of [
    ['services', ''],
    ['endpointslices', 'discovery.k8s.io'],
    ['gateways', 'gateway.networking.k8s.io'],
    ['httproutes', 'gateway.networking.k8s.io'],
    ['ingresses', 'networking.k8s.io'],
    ['featureflags', 'gantry.dev'],
    ['trafficsplits', 'gantry.dev'],
  ] as const) {
    for (const verb of ['get', 'list', 'watch']) t.true(allowed(verb, resource, group));
    for (const verb of ['create', 'update', 'patch', 'delete', 'deletecollection'])
      t.false(allowed(verb, resource, group));
    t.false(allowed('get', resource, group, 'proxy'));
  }
  t.false(allowed('list', 'endpointslices', ''), 'a group of its own');
});

test('an agent reads all Nodes, and changes its own', (t) => {
  for (const verb of ['get', 'list', 'watch'])
    t.true(allowed(verb, 'nodes', '', '', verb === 'get' ? 'n2' : ''));
  for (const verb of ['update', 'patch', 'delete', 'deletecollection']) {
    t.false(allowed(verb, 'nodes', '', '', 'n2'));
    t.false(allowed(verb, 'nodes', '', 'status', 'n2'));
  }
  for (const verb of ['update', 'patch']) t.true(allowed(verb, 'nodes', '', 'status', 'n1'));
});

test('an agent reads exactly the Secrets that Gateways and Ingresses of ours name as certificates', (t) => {
  const listener = (name: string, namespace?: string): object => ({
    ...{ name: 'a', port: 443, protocol: 'HTTPS' },
    tls: { certificateRefs: [{ name, ...(namespace === undefined ? {} : { namespace }) }] },
  });
  const gateway = (gatewayClassName: string, listeners: object[]): object => ({
    metadata: { name: 'gw', namespace: 'shop' },
    spec: { gatewayClassName, listeners },
  });
  const objects: Record<string, object[]> = {
    GatewayClass: [{ metadata: { name: 'gantry' }, spec: { controllerName: 'gantry.dev/gateway' } }],
    Gateway: [
      gateway('gantry', [listener('mine'), listener('theirs', 'other')]),
      gateway('istio', [listener('foreign')]),
    ],
    IngressClass: [{ metadata: { name: 'gantry' }, spec: { controller: 'gantry.dev/gateway' } }],
    Ingress: [
      {
        metadata: { name: 'i', namespace: 'shop' },
        spec: { ingressClassName: 'gantry', tls: [{ secretName: 'web' }] },
      },
    ],
  };
  const known = {
    list: ({ kind }: { kind: string }) => objects[kind] ?? [],
    byIndex: () => [],
  } as unknown as CacheReader;
  const may = (verb: string, namespace: string, name: string): boolean => {
    const request = {
      verb,
      resource: 'secrets',
      group: '',
      subresource: '',
      name,
      namespace,
      fieldSelector: '',
    };
    return authorizeNode('n1', request as RequestAttributes, known).allowed;
  };
  t.true(may('list', 'shop', 'mine'));
  t.true(may('watch', 'shop', 'web'));
  t.false(may('update', 'shop', 'mine'));
  t.false(may('list', 'shop', ''), 'all of a namespace');
  t.false(may('get', 'shop', 'foreign'), 'of another class');
  t.false(may('get', 'other', 'theirs'), 'of another namespace, without a grant');
});
