// The same over TLS, as browsers have it: the cookie is bound to the host, and one made without TLS counts for nothing.
import test from 'ava';
import { request as httpsRequest } from 'node:https';
import { systemClock } from '@gantry/kit/clock';
import { seededRandom } from '@gantry/kit/random';
import { createAuthority, issueKeyPair } from '../auth/certificates.ts';
import { openLive } from '../server/live/test-live.ts';
import { startServer } from '../server/server.ts';
import { FROM_PAGE, startTestDashboard } from './test-dashboard.ts';

test('login, session and live connection over TLS', async (t) => {
  const inputs = { nowMs: systemClock.nowMs(), random: seededRandom(3) };
  const authority = await createAuthority('ca', 10, inputs);
  const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };
  const leaf = { commonName: 'server', organizations: [], usage: 'server', validDays: 1 } as const;
  const pair = await issueKeyPair(authority, { ...leaf, ...names }, inputs);
  const admin = {
    commonName: 'admin',
    organizations: ['system:masters'],
    usage: 'client',
    validDays: 1,
  } as const;
  const client = await issueKeyPair(authority, admin, inputs);
  const tls = { key: pair.key, cert: pair.certificate, clientCa: authority.certificate };
  const dashboard = await startTestDashboard({
    serve: (deps) => startServer(deps, { host: '127.0.0.1', port: 0, tls }),
  });
  t.teardown(() => dashboard.stop());
  const { url, port } = dashboard.plane;
  const ca = authority.certificate;
  const ask = (method: string, path: string, headers: Record<string, string>, body = '', mine = {}) =>
    new Promise<{ code: number; cookie: string; policy: string; body: string }>((resolve, reject) => {
      const options = {
        method,
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        ca,
        ...mine,
      };
      const outgoing = httpsRequest(`${url}${path}`, { ...options, agent: false }, (answer) => {
        let text = '';
        answer.on('data', (data: Buffer) => (text += data.toString()));
        answer.once('end', () => {
          const policy = String(answer.headers['content-security-policy'] ?? '');
          resolve({
            code: answer.statusCode ?? 0,
            cookie: answer.headers['set-cookie']?.[0] ?? '',
            policy,
            body: text,
          });
        });
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  const link = await ask('POST', '/gantry/v1/dashboard/login-link', {}, '{}', {
    cert: client.certificate,
    key: client.key,
  });
  t.is(link.code, 200);
  const { token } = JSON.parse(link.body) as { token: string };
  const own = { origin: url, ...FROM_PAGE };
  const plainOrigin = { ...own, origin: `http://127.0.0.1:${port}` };
  t.is((await ask('POST', '/gantry/v1/dashboard/session', plainOrigin, JSON.stringify({ token }))).code, 403);
  const session = await ask('POST', '/gantry/v1/dashboard/session', own, JSON.stringify({ token }));
  t.is(session.code, 200);
  t.regex(
    session.cookie,
    /^__Host-gantry-ab12cd34=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/,
  );
  t.like(JSON.parse(session.body), { user: 'admin' });
  const cookie = session.cookie.split(';')[0] ?? '';
  t.is((await ask('GET', '/api/v1/namespaces', { cookie })).code, 200);
  t.is((await ask('GET', '/api/v1/namespaces', { cookie: cookie.replace('__Host-', '') })).code, 401);
  const live = await openLive(url, { ca, headers: { cookie, origin: url } });
  live.open(1, '/api/v1/namespaces?watch=1&fieldSelector=metadata.name%3Ddefault');
  t.deepEqual(await live.take(1), ['1 ADDED default']);
  live.socket.terminate();
});
