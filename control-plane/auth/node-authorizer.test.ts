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

test('an agent reads all Services and where they lead, and changes none', (t) => {
  for (const [resource, group] of [
    ['services', ''],
    ['endpointslices', 'discovery.k8s.io'],
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
