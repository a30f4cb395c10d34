// A Secret is shown to who may read it, and that it was is on record; the values are not.
import test from 'ava';
import type { Event } from '@gantry/api/kinds/event';
import { send, startTestDashboard } from '../dashboard/test-dashboard.ts';

const REVEAL = '/gantry/v1/dashboard/reveal';
const SECRETS = '/api/v1/namespaces/default/secrets';
const VALUE = Buffer.from('swordfish').toString('base64');
const AT = { namespace: 'default', name: 'db' };

test('values come with an Event each time that names user and request', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const { url } = dashboard.plane;
  const page = { ...(await dashboard.page('ann', 'system:masters')), 'x-request-id': 'asked-by-ann' };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data: { password: VALUE } };
  t.is((await send(url, 'POST', SECRETS, page, secret)).status, 201);
  for (let times = 1; times <= 2; times += 1) {
    const answer = await send(url, 'POST', REVEAL, page, AT);
    t.is(answer.status, 200);
    t.deepEqual(await answer.json(), { ...AT, type: 'Opaque', data: { password: VALUE } });
    const events = await (await send(url, 'GET', '/api/v1/namespaces/default/events', page)).text();
    const told = (JSON.parse(events) as { items: Event[] }).items.filter(
      ({ reason }) => reason === 'SecretRevealed',
    );
    t.is(told.length, times);
    t.like(told[0], { involvedObject: { kind: 'Secret', name: 'db' }, type: 'Normal' });
    t.is(told[0]?.message, 'its values were shown to user "ann" (request asked-by-ann)');
    t.false(events.includes(VALUE) || events.includes('swordfish'));
  }
});

test('who may not read the Secret is refused, and leaves no record of a showing', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const { url } = dashboard.plane;
  const admin = await dashboard.page('ann', 'system:masters');
  const viewer = await dashboard.page('vic', 'gantry:viewers');
  const rows: [headers: Record<string, string>, body: object, code: number][] = [
    [viewer, AT, 403],
    [await dashboard.bearer('system:node:a', 'system:nodes'), AT, 403],
    [{}, AT, 401],
    [admin, { ...AT, name: 'nope' }, 404],
    [admin, { ...AT, name: '../configmaps/x' }, 404],
    [admin, { name: 'db' }, 400],
    [admin, [], 400],
  ];
  for (const [headers, body, code] of rows)
    t.is((await send(url, 'POST', REVEAL, headers, body)).status, code, JSON.stringify(body));
  t.is((await send(url, 'GET', REVEAL, admin)).status, 405);
  t.notRegex(await (await send(url, 'GET', '/api/v1/events', admin)).text(), /SecretRevealed/);
});
