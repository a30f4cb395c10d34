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
    const { resourceVersion, ...told } = (await answer.json()) as { resourceVersion: string };
    t.regex(resourceVersion, /^\d+$/);
    t.deepEqual(told, { ...AT, type: 'Opaque', data: { password: VALUE } });
    const events = await (await send(url, 'GET', '/api/v1/namespaces/default/events', page)).text();
    const noted = (JSON.parse(events) as { items: Event[] }).items.filter(
      ({ reason }) => reason === 'SecretRevealed',
    );
    t.is(noted.length, times);
    t.like(noted[0], { involvedObject: { kind: 'Secret', name: 'db' }, type: 'Normal' });
    t.is(noted[0]?.message, 'its values were shown to user "ann" (request asked-by-ann)');
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

test('the outline tells keys and sizes, no value, and leaves no record', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const { url } = dashboard.plane;
  const admin = await dashboard.page('ann', 'system:masters');
  const data = { word: VALUE, bytes: 'AP8=', empty: '' };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, immutable: true, data };
  t.is((await send(url, 'POST', SECRETS, admin, secret)).status, 201);
  const outline = '/gantry/v1/dashboard/secret-outline?namespace=default&name=';
  const text = await (await send(url, 'GET', `${outline}db`, admin)).text();
  const { resourceVersion, ...told } = JSON.parse(text) as { resourceVersion: string };
  t.regex(resourceVersion, /^\d+$/);
  const keys = [
    { key: 'bytes', bytes: 2 },
    { key: 'empty', bytes: 0 },
    { key: 'word', bytes: 9 },
  ];
  t.deepEqual(told, { ...AT, type: 'Opaque', immutable: true, keys });
  t.false(text.includes(VALUE) || text.includes('AP8='));
  t.notRegex(await (await send(url, 'GET', '/api/v1/events', admin)).text(), /SecretRevealed/);
  const viewer = await dashboard.page('vic', 'gantry:viewers');
  t.is((await send(url, 'GET', `${outline}db`, viewer)).status, 403);
  t.is((await send(url, 'GET', `${outline}nope`, admin)).status, 404);
  t.is((await send(url, 'GET', outline, admin)).status, 400);
});
