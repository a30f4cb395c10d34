import test from 'ava';
import type { Outcome, Request } from '../../request/request.ts';
import { createFindResource } from './find-resource.ts';

test('the server is asked once a version', async (t) => {
  const asked: string[] = [];
  const resources = [
    { name: 'deployments/status', kind: 'Deployment', namespaced: true },
    { name: 'deployments', kind: 'Deployment', namespaced: true },
  ];
  const request = (async (path: string): Promise<Outcome<unknown>> => {
    asked.push(path);
    return path === '/apis/apps/v1'
      ? { ok: true, value: { resources }, warnings: [] }
      : { ok: false, code: 404, reason: 'NotFound', message: 'no' };
  }) as Request;
  const find = createFindResource(request);
  t.deepEqual(await find('apps/v1', 'Deployment'), {
    ...{ group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment', namespaced: true },
  });
  t.is(await find('apps/v1', 'Deplyment'), 'no kind Deplyment in apps/v1 is known');
  t.is(await find('v9', 'Pod'), 'v9 is not served here');
  t.deepEqual(asked, ['/apis/apps/v1', '/api/v9']);
});
