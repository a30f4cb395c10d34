// Who may do what, by the groups of the user alone.
import test from 'ava';
import type { CacheReader } from '../cache/cache.ts';
import type { RequestAttributes } from '../server/security.ts';
import { createAuthorization } from './authorize.ts';

const noCache = {} as CacheReader;
const { authorize } = createAuthorization(noCache);

function get(path: string): RequestAttributes {
  return {
    ...{ verb: 'get', group: '', version: '', resource: '', subresource: '' },
    ...{ namespace: '', name: '' },
    path,
    ...{ labelSelector: '', fieldSelector: '' },
    isResourceRequest: false,
  };
}

test('plans of all namespaces are told to replicas and admins, and to nobody else', (t) => {
  const asked = get('/gantry/v1/timeline/plans');
  for (const [group, allowed] of [
    ['system:masters', true],
    ['system:gantry:replicas', true],
    ['gantry:viewers', false],
    ['gantry:monitors', false],
    ['system:nodes', false],
  ] as const) {
    const name = group === 'system:nodes' ? 'system:node:a' : 'somebody';
    t.is(authorize({ name, groups: [group] }, asked).allowed, allowed, group);
  }
});

test('a replica asks for plans, and may do nothing else', (t) => {
  const replica = { name: 'system:gantry:replica', groups: ['system:gantry:replicas'] };
  for (const path of ['/metrics', '/gantry/v1/tunnel', '/gantry/v1/timeline/plans/x'])
    t.false(authorize(replica, get(path)).allowed, path);
  t.false(authorize(replica, { ...get('/gantry/v1/timeline/plans'), verb: 'post' }).allowed);
  const secrets = {
    ...get('/api/v1/secrets'),
    verb: 'list',
    version: 'v1',
    resource: 'secrets',
    isResourceRequest: true,
  };
  t.false(authorize(replica, secrets).allowed);
});
