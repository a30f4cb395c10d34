// Who gets into the dashboard, and from where a session counts: all else is refused with a sentence.
import test from 'ava';
import WebSocket from 'ws';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { createMemoryStore } from '../store/memory-store.ts';
import { CONFIG_MAPS } from '../server/test-client.ts';
import { configMap } from '../resources/test-resources.ts';
import { LOGIN_LINK_PATH, SESSION_PATH } from './session-extensions.ts';
import { FROM_PAGE, send, startTestDashboard, testTokens, type TestDashboard } from './test-dashboard.ts';

const ADMIN = 'system:masters';

async function linkOf(dashboard: TestDashboard): Promise<string> {
  const answer = await send(
    dashboard.plane.url,
    'POST',
    LOGIN_LINK_PATH,
    await dashboard.bearer('ann', ADMIN),
  );
  return ((await answer.json()) as { token: string }).token;
}

function logIn(url: string, token: string, headers: Record<string, string> = {}): Promise<Response> {
  return send(url, 'POST', SESSION_PATH, { origin: url, ...FROM_PAGE, ...headers }, { token });
}

const sentence = async (answer: Response): Promise<string> =>
  String(((await answer.json()) as { message?: unknown }).message);

test('a link logs in once; the session acts in its user name until it is ended', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const { url } = dashboard.plane;
  const made = await send(url, 'POST', LOGIN_LINK_PATH, await dashboard.bearer('ann', ADMIN));
  const link = (await made.json()) as { token: string; path: string; expiresAt: string };
  t.is(link.path, `/dashboard/#login=${link.token}`);
  t.true(Math.abs(Date.parse(link.expiresAt) - Date.now() - 60_000) < 5_000);
  t.is(made.headers.get('cache-control'), 'no-store');
  const answer = await logIn(url, link.token);
  t.is(answer.status, 200);
  t.like(await answer.json(), { user: 'ann' });
  const cookie = answer.headers.get('set-cookie') ?? '';
  t.regex(cookie, /^gantry-ab12cd34=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
  const page = { cookie: cookie.split(';')[0] ?? '', origin: url, ...FROM_PAGE };
  const described = (await (await send(url, 'GET', SESSION_PATH, page)).json()) as { groups: string[] };
  t.true(described.groups.includes(ADMIN));
  t.is((await send(url, 'POST', CONFIG_MAPS, page, configMap('by-page'))).status, 201);
  t.is((await send(url, 'GET', CONFIG_MAPS, page)).status, 200);
  const out = await send(url, 'DELETE', SESSION_PATH, page);
  t.is(out.status, 200);
  t.regex(out.headers.get('set-cookie') ?? '', /^gantry-ab12cd34=; Path=\/; Max-Age=0; HttpOnly/);
  for (const path of [CONFIG_MAPS, SESSION_PATH]) {
    const after = await send(url, 'GET', path, page);
    t.is(after.status, 401);
    t.regex(await sentence(after), /has been ended/);
  }
});

test('a link is used up on all replicas, and a session ended on one ends on the other', async (t) => {
  const shared = { store: createMemoryStore(), tokens: await testTokens() };
  const [one, two] = [await startTestDashboard(shared), await startTestDashboard(shared)];
  const token = await linkOf(one);
  const both = await Promise.all([logIn(one.plane.url, token), logIn(two.plane.url, token)]);
  t.deepEqual(both.map(({ status }) => status).sort(), [200, 401]);
  const again = await logIn(two.plane.url, token);
  t.is(again.status, 401);
  t.regex(await sentence(again), /has been used; ask for a new link: gantry dashboard/);
  const page = await one.page('ben', ADMIN);
  const onTwo = { ...page, origin: two.plane.url };
  t.is((await send(two.plane.url, 'GET', CONFIG_MAPS, onTwo)).status, 200);
  t.is((await send(one.plane.url, 'DELETE', SESSION_PATH, page)).status, 200);
  let status = 200;
  for (let tries = 0; tries < 50 && status === 200; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    ({ status } = await send(two.plane.url, 'GET', CONFIG_MAPS, onTwo));
  }
  t.is(status, 401);
  await one.stop();
  await two.stop();
});

test('a session counts for its own page only', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const { url, port } = dashboard.plane;
  const page = await dashboard.page('ann', ADMIN);
  const { cookie = '' } = page;
  const rows: [what: string, method: string, headers: Record<string, string>, code: number, says: RegExp][] =
    [
      ['another site', 'POST', { ...page, origin: 'https://evil.example' }, 403, /from its own page only/],
      ['another port', 'POST', { ...page, origin: `http://127.0.0.1:${port + 1}` }, 403, /own page only/],
      ['another scheme', 'POST', { ...page, origin: url.replace('http', 'https') }, 403, /own page only/],
      ['another name', 'POST', { ...page, origin: `http://localhost:${port}` }, 403, /own page only/],
      ['the origin of a sandbox', 'POST', { ...page, origin: 'null' }, 403, /own page only/],
      ['no origin', 'POST', { cookie, ...FROM_PAGE }, 403, /has no Origin/],
      ['no header', 'POST', { cookie, origin: url }, 403, /X-Gantry-Dashboard: 1/],
      ['a form', 'POST', { cookie, origin: url, 'content-type': 'text/plain' }, 403, /X-Gantry-Dashboard/],
      ['no header on DELETE', 'DELETE', { cookie, origin: url }, 403, /X-Gantry-Dashboard/],
      ['a link elsewhere', 'GET', { cookie, 'sec-fetch-site': 'cross-site' }, 401, /another page has made/],
      [
        'a page on another port',
        'GET',
        { cookie, 'sec-fetch-site': 'same-site' },
        401,
        /another page has made/,
      ],
      ['the page', 'GET', { cookie, 'sec-fetch-site': 'same-origin' }, 200, /./],
      ['typed', 'GET', { cookie, 'sec-fetch-site': 'none' }, 200, /./],
      ['two cookies', 'GET', { cookie: `${cookie}; ${cookie}` }, 401, /Unauthorized/],
      ['a foreign cookie', 'GET', { cookie: cookie.replace('ab12cd34', 'ffffffff') }, 401, /Unauthorized/],
      ['a forged cookie', 'GET', { cookie: `${cookie.slice(0, -6)}AAAAAA` }, 401, /not one of this cluster/],
    ];
  for (const [what, method, headers, code, says] of rows) {
    const path = method === 'DELETE' ? `${CONFIG_MAPS}/x` : CONFIG_MAPS;
    const answer = await send(url, method, path, headers, method === 'POST' ? configMap('x') : undefined);
    t.is(answer.status, code, what);
    t.regex(await answer.text(), says, what);
  }
  // Who shows credentials of his own is not asked where he comes from.
  const both = { ...(await dashboard.bearer('nobody')), cookie };
  t.is((await send(url, 'GET', CONFIG_MAPS, both)).status, 403);
});

test('a socket opened by cookie comes from the page itself', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const { url, port } = dashboard.plane;
  const { cookie = '', origin = '' } = await dashboard.page('ann', ADMIN);
  const status = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/gantry/v1/live`, { headers });
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.once('open', () => {
        resolve(101);
        socket.terminate();
      });
      socket.once('error', () => undefined);
    });
  t.is(await status({ cookie, origin }), 101);
  t.is(await status(await dashboard.bearer('ann', ADMIN)), 101);
  t.is(await status({ cookie }), 403);
  t.is(await status({ cookie, origin: `http://127.0.0.1:${port + 1}` }), 403);
  t.is(await status({ cookie, origin: 'https://evil.example' }), 403);
  t.is(await status({ origin }), 401);
});

test('only the page logs in, with a token that is for that', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const { url } = dashboard.plane;
  const bearer = (await dashboard.bearer('ann', ADMIN))['authorization']?.slice(7) ?? '';
  const page = await dashboard.page('ann', ADMIN);
  const foreign = await testTokens(2);
  const pass = { name: 'ann', groups: [ADMIN], id: 'x', untilMs: Date.now() + 60_000 };
  const rows: [what: string, answer: Promise<Response>, code: number, says: RegExp][] = [
    [
      'another page',
      logIn(url, await linkOf(dashboard), { origin: 'https://evil.example' }),
      403,
      /own page/,
    ],
    ['a bearer token', logIn(url, bearer), 401, /meant for something else/],
    ['a session', logIn(url, page['cookie']?.split('=')[1] ?? ''), 401, /meant for something else/],
    [
      'of another cluster',
      logIn(url, await foreign.issuePass('login', pass, Date.now() + 60_000)),
      401,
      /not one of/,
    ],
    [
      'no token',
      send(url, 'POST', SESSION_PATH, { origin: url, ...FROM_PAGE }, {}),
      400,
      /token: must be a text/,
    ],
    ['a long body', logIn(url, 'x'.repeat(20_000)), 413, /limit is 16384 bytes/],
    ['no session', send(url, 'GET', SESSION_PATH), 401, /there is no session/],
    ['another method', send(url, 'PUT', SESSION_PATH, {}, {}), 405, /method/],
    ['a link for nobody', send(url, 'POST', LOGIN_LINK_PATH), 401, /Unauthorized/],
    ['a link by session', send(url, 'POST', LOGIN_LINK_PATH, page, {}), 403, /makes no login links/],
    [
      'an agent',
      send(url, 'POST', LOGIN_LINK_PATH, await dashboard.bearer('system:node:a', 'system:nodes')),
      403,
      /not open/,
    ],
  ];
  for (const [what, asked, code, says] of rows) {
    const answer = await asked;
    t.is(answer.status, code, what);
    t.regex(await answer.text(), says, what);
  }
  t.is(
    (await send(url, 'GET', CONFIG_MAPS, { authorization: `Bearer ${await linkOf(dashboard)}` })).status,
    401,
  );
});

test('a link is good for a minute, a session for twelve hours or as long as the credentials behind it', async (t) => {
  const clock = new VirtualClock(Date.parse('2026-01-01T00:00:00Z'));
  const dashboard = await startTestDashboard({ clock });
  t.teardown(() => dashboard.stop());
  const { url } = dashboard.plane;
  const late = await linkOf(dashboard);
  clock.advance(70_000);
  const answer = await logIn(url, late);
  t.is(answer.status, 401);
  t.regex(await sentence(answer), /login link has expired/);
  const page = await dashboard.page('ann', ADMIN);
  t.like(await (await send(url, 'GET', SESSION_PATH, page)).json(), {
    expiresAt: '2026-01-01T01:01:10.000Z',
  });
  clock.advance(3_610_000);
  t.is((await send(url, 'GET', CONFIG_MAPS, page)).status, 401);
});

test('failed logins of one address are bounded', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const codes: number[] = [];
  for (let tries = 0; tries < 22; tries += 1) codes.push((await logIn(dashboard.plane.url, 'guess')).status);
  t.deepEqual(codes.slice(0, 20), Array<number>(20).fill(401));
  t.is(codes.at(-1), 429);
});

test('a session asks what it may do, so that the page shows nothing else', async (t) => {
  const dashboard = await startTestDashboard();
  t.teardown(() => dashboard.stop());
  const { url } = dashboard.plane;
  const page = await dashboard.page('vic', 'gantry:viewers');
  const asked = async (verb: string, resource: string): Promise<boolean> => {
    const spec = { resourceAttributes: { verb, resource, namespace: 'default' } };
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const answer = await send(url, 'POST', path, page, { kind: 'SelfSubjectAccessReview', spec });
    return ((await answer.json()) as { status: { allowed: boolean } }).status.allowed;
  };
  t.deepEqual(
    [await asked('list', 'pods'), await asked('delete', 'pods'), await asked('get', 'secrets')],
    [true, false, false],
  );
  const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
  const rules = await send(url, 'POST', path, page, { spec: { namespace: 'default' } });
  t.is(rules.status, 201);
  t.regex(await rules.text(), /"resourceRules":\[\{"verbs":\["get","list","watch"\]/);
});
