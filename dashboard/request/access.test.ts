import test from 'ava';
import { allows, createAccess, type AccessRule } from './access.ts';
import type { Request } from './request.ts';

const READ: AccessRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };
const wish = { verb: 'get', group: '', resource: 'pods', name: undefined };

test('a rule has to name verb, group and resource, or a star', (t) => {
  t.true(allows(READ, wish));
  t.false(allows(READ, { ...wish, verb: 'delete' }));
  t.false(allows(READ, { ...wish, resource: 'pods/exec' }));
  t.false(allows(READ, { ...wish, group: 'apps' }));
  t.true(allows({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { ...wish, verb: 'delete' }));
});

test('a rule for single names allows those only', (t) => {
  const rule = { ...READ, resourceNames: ['web'] };
  t.true(allows(rule, { ...wish, name: 'web' }));
  t.false(allows(rule, { ...wish, name: 'db' }));
  t.false(allows(rule, wish));
});

test('rules are asked for once a namespace, and nothing is allowed until they are there', async (t) => {
  const asked: unknown[] = [];
  const request: Request = async <T>(_: string, options: { body?: object | string } = {}) => {
    asked.push((options.body as { spec: { namespace: string } }).spec.namespace);
    return { ok: true as const, value: { status: { resourceRules: [READ] } } as T, warnings: [] };
  };
  const access = createAccess(request, () => 0);
  const pods = { group: '', resource: 'pods' };
  t.false(access.may('get', pods, 'shop'));
  t.false(access.may('list', pods, 'shop'));
  await new Promise((resolve) => setTimeout(resolve));
  t.true(access.may('get', pods, 'shop'));
  t.false(access.may('delete', pods, 'shop'));
  t.deepEqual(asked, ['shop']);
});
