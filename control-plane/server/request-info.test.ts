import test from 'ava';
import { requestInfo } from './request-info.ts';

type Expected = Partial<ReturnType<typeof requestInfo>> & { kind?: string };

const rows: [method: string, path: string, query: string, expected: Expected][] = [
  ['GET', '/api/v1/pods', '', { verb: 'list', resource: 'pods', namespace: '', name: '', kind: 'Pod' }],
  ['GET', '/api/v1/pods', 'watch=true', { verb: 'watch' }],
  ['GET', '/api/v1/pods', 'watch=1', { verb: 'watch' }],
  ['GET', '/api/v1/pods', 'watch=false', { verb: 'list' }],
  ['GET', '/api/v1/namespaces/a/pods/b', '', { verb: 'get', namespace: 'a', name: 'b', subresource: '' }],
  ['POST', '/api/v1/namespaces/a/pods', '', { verb: 'create', namespace: 'a' }],
  ['PUT', '/api/v1/namespaces/a/pods/b/status', '', { verb: 'update', subresource: 'status' }],
  [
    'PATCH',
    '/apis/apps/v1/namespaces/a/deployments/b/scale',
    '',
    { verb: 'patch', group: 'apps', subresource: 'scale' },
  ],
  ['DELETE', '/api/v1/namespaces/a/pods', '', { verb: 'deletecollection' }],
  ['DELETE', '/api/v1/namespaces/a/pods/b', '', { verb: 'delete' }],
  ['GET', '/api/v1/namespaces', '', { verb: 'list', resource: 'namespaces', kind: 'Namespace' }],
  ['GET', '/api/v1/namespaces/a', '', { verb: 'get', resource: 'namespaces', namespace: '', name: 'a' }],
  ['PUT', '/api/v1/namespaces/a/status', '', { resource: 'namespaces', name: 'a', subresource: 'status' }],
  [
    'PUT',
    '/api/v1/namespaces/a/finalize',
    '',
    { resource: 'namespaces', name: 'a', subresource: 'finalize' },
  ],
  ['GET', '/api/v1/namespaces/a/pods/b/log', '', { subresource: 'log' }],
  ['GET', '/api/v1/namespaces/a%2Fb/pods/c', '', { namespace: 'a/b' }],
  ['GET', '/api/v1/widgets', '', { isResourceRequest: true, resource: 'widgets' }],
  ['GET', '/apis/nope/v1/pods', '', { isResourceRequest: true, group: 'nope' }],
  ['GET', '/api/v1', '', { isResourceRequest: false, verb: 'get', path: '/api/v1' }],
  ['GET', '/apis/apps/v1', '', { isResourceRequest: false }],
  ['GET', '/version', '', { isResourceRequest: false, verb: 'get' }],
  ['GET', '/api/v1/namespaces/a/pods/b/log/too/long', '', { isResourceRequest: false }],
  [
    'GET',
    '/api/v1/nodes/n/proxy/metrics',
    '',
    { verb: 'get', resource: 'nodes', name: 'n', subresource: 'proxy' },
  ],
  ['GET', '/api/v1/namespaces/a/nodes/n/proxy/metrics', '', { isResourceRequest: false }],
  ['GET', '/api/v1/pods', 'fieldSelector=metadata.name%3Dx', { verb: 'list', name: 'x' }],
  ['GET', '/api/v1/pods', 'fieldSelector=metadata.name!%3Dx', { verb: 'list', name: '' }],
  ['GET', '/api/v1/pods', 'fieldSelector=metadata.name%3Dx,spec.nodeName%3Dn', { name: '' }],
];

for (const [method, path, query, { kind, ...expected }] of rows) {
  test(`${method} ${path}?${query}`, (t) => {
    const info = requestInfo(method, path, new URLSearchParams(query));
    t.like(info, expected);
    if (kind !== undefined) t.is(info?.definition?.kind, kind);
  });
}

test('a path that cannot be decoded is none', (t) => {
  t.is(requestInfo('GET', '/api/v1/%E0%A4%A', new URLSearchParams()), undefined);
});
