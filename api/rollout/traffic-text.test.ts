import test from 'ava';
import type { Rollout } from '../kinds/rollout.ts';
import { exposureText } from './traffic-text.ts';

const exposed = (exposure: object | undefined): string | undefined =>
  exposureText({ spec: { strategy: { canary: { exposure } } } } as unknown as Rollout);

test('who may reach the new version, in words', (t) => {
  const beta = { cookies: [{ name: 'beta', value: 'yes' }] };
  const staff = {
    request: { method: 'GET', path: { value: '/api' }, headers: [{ name: 'x-staff', value: '1' }] },
    claims: [{ name: 'role', value: 'dev' }],
  };
  t.is(exposed(undefined), undefined);
  t.is(exposed({ maxPercent: 30 }), 'at most 30 %');
  t.is(
    exposed({ audience: [beta], maxPercent: 30, stickyBy: { header: 'x-user' } }),
    'at most 30 % of the requests with cookie beta=yes; each user by header x-user on one side',
  );
  t.is(
    exposed({ audience: [beta, staff] }),
    'requests with cookie beta=yes or method GET and path /api and header x-staff=1 and claim role=dev',
  );
});
