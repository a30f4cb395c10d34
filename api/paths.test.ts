import test from 'ava';
import { collectionPathOf, pathOf } from './paths.ts';

const pods = { group: '', version: 'v1', resource: 'pods', namespaced: true };
const deployments = { group: 'apps', version: 'v1', resource: 'deployments', namespaced: true };
const nodes = { group: '', version: 'v1', resource: 'nodes', namespaced: false };

test('paths of collections, objects and subresources', (t) => {
  t.is(collectionPathOf(pods), '/api/v1/pods');
  t.is(collectionPathOf(pods, 'default'), '/api/v1/namespaces/default/pods');
  t.is(collectionPathOf(nodes, 'ignored'), '/api/v1/nodes');
  t.is(pathOf(nodes, { name: 'a' }), '/api/v1/nodes/a');
  const key = { namespace: 'default', name: 'web' };
  t.is(pathOf(deployments, key), '/apis/apps/v1/namespaces/default/deployments/web');
  t.is(pathOf(deployments, key, 'status'), '/apis/apps/v1/namespaces/default/deployments/web/status');
  t.is(pathOf(pods, { namespace: 'a/b', name: '../x y' }), '/api/v1/namespaces/a%2Fb/pods/..%2Fx%20y');
});
