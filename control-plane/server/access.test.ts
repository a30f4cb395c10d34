// Who gets in, who may do what, and what is open to all.
import test from 'ava';
import WebSocket from 'ws';
import { badRequest } from '@gantry/api/status-error';
import { configMap, pod } from '../resources/test-resources.ts';
import type { ConnectHandlers } from './connect.ts';
import type { Extension } from './extension.ts';
import type { RequestAttributes, Security } from './security.ts';
import { CONFIG_MAPS, testClient } from './test-client.ts';
import { startTestServer } from './test-server.ts';

const PODS = '/api/v1/namespaces/default/pods';

/** Users by bearer token; `reader` reads only. */
function guarded(asked: RequestAttributes[] = []): Security {
  return {
    authenticate: ({ headers }) => {
      const token = headers.authorization?.replace(/^Bearer /, '');
      if (token === undefined) return Promise.resolve(undefined);
      if (token === 'expired') return Promise.resolve({ error: 'the token has expired' });
      return Promise.resolve({ name: token, groups: ['team'] });
    },
    authorize: (user, attributes) => {
      asked.push(attributes);
      const reads =
        ['get', 'list', 'watch', 'post'].includes(attributes.verb) ||
        attributes.resource.startsWith('selfsubject');
      return { allowed: user.name === 'admin' || reads, reason: reads ? '' : 'readers read' };
    },
    rulesFor: () => ({
      resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['*'] }],
      nonResourceRules: [],
      incomplete: false,
    }),
  };
}

const as = (user: string) => ({ authorization: `Bearer ${user}` });

test('nobody but health checks gets in without credentials', async (t) => {
  const plane = await startTestServer({ security: guarded() });
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  for (const path of ['/healthz', '/livez', '/readyz']) t.is((await client.get(path)).text, 'ok');
  t.regex((await client.get('/readyz?verbose')).text, /\[\+\]etcd ok\n.*readyz check passed/s);
  for (const path of [
    '/version',
    '/metrics',
    '/api',
    '/openapi/v3',
    CONFIG_MAPS,
    '/nope',
    '/api/v1/secrets',
  ]) {
    const answer = await client.get(path);
    t.is(answer.code, 401, path);
    t.like(answer.body, { reason: 'Unauthorized' });
  }
  const expired = await client.get('/version', as('expired'));
  t.is(expired.code, 401);
  t.regex(String(expired.body['message']), /the token has expired/);
});

test('who may not is told why, before the body is looked at', async (t) => {
  const asked: RequestAttributes[] = [];
  const plane = await startTestServer({ security: guarded(asked) });
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const refused = await client.call('POST', CONFIG_MAPS, 'no json', as('reader'));
  t.is(refused.code, 403);
  t.like(refused.body, { reason: 'Forbidden', details: { kind: 'configmaps' } });
  t.is(
    refused.body['message'],
    'configmaps is forbidden: User "reader" cannot create resource "configmaps" in API group "" in the namespace "default": readers read',
  );
  t.is((await client.get(CONFIG_MAPS, as('reader'))).code, 200);
  t.is((await client.call('POST', CONFIG_MAPS, configMap('a'), as('admin'))).code, 201);
  await client.get(`${PODS}?watch=true&fieldSelector=spec.nodeName%3Dn1&timeoutSeconds=1`, as('reader'));
  t.like(asked.at(-1), {
    verb: 'watch',
    resource: 'pods',
    namespace: 'default',
    fieldSelector: 'spec.nodeName=n1',
  });
});

test('questions about oneself', async (t) => {
  const plane = await startTestServer({ security: guarded() });
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const who = await client.call(
    'POST',
    '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    {},
    as('reader'),
  );
  t.is(who.code, 201);
  t.like(who.body, {
    status: { userInfo: { username: 'reader', groups: ['team', 'system:authenticated'] } },
  });
  const may = (verb: string) =>
    client.call(
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      { spec: { resourceAttributes: { verb, resource: 'pods', namespace: 'default' } } },
      as('reader'),
    );
  t.like((await may('list')).body, { status: { allowed: true } });
  t.like((await may('delete')).body, { status: { allowed: false, reason: 'readers read' } });
  t.is(
    (
      await client.call(
        'POST',
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        { spec: {} },
        as('reader'),
      )
    ).code,
    400,
  );
  const rules = await client.call(
    'POST',
    '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
    { spec: { namespace: 'default' } },
    as('reader'),
  );
  t.like(rules.body, { status: { incomplete: false } });
});

function echoConnect(): ConnectHandlers {
  return {
    subresources: { log: 'get', exec: 'create' },
    answer: (target, response) => {
      if (target.query.get('container') === 'nope')
        return Promise.reject(badRequest('container nope is not valid'));
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      response.end(`log of ${target.object.metadata.name ?? ''}`);
      return Promise.resolve();
    },
    upgrade: (target, { socket }) => {
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n${target.user.name} ${target.subresource}`,
      );
      return Promise.resolve();
    },
  };
}

test('logs and exec go through the same door to their handlers', async (t) => {
  const asked: RequestAttributes[] = [];
  const plane = await startTestServer({ security: guarded(asked), connect: echoConnect() });
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  await client.call('POST', PODS, pod('a'), as('admin'));
  t.is((await client.get(`${PODS}/a/log`, as('reader'))).text, 'log of a');
  t.is((await client.get(`${PODS}/a/log?container=nope`, as('reader'))).code, 400);
  t.is((await client.get(`${PODS}/b/log`, as('reader'))).code, 404);
  t.is((await client.call('POST', `${PODS}/a/exec`, undefined, as('admin'))).code, 400);
  const refused = await upgradeCode(`${plane.url}${PODS}/a/exec?command=x`, as('reader'));
  t.is(refused, 403);
  t.is(asked.at(-1)?.verb, 'create');
  t.is(await upgradeCode(`${plane.url}${PODS}/b/exec`, as('admin')), 404);
  t.is(await upgradeCode(`${plane.url}${PODS}/a/exec`, {}), 401);
  t.is(await upgradeCode(`${plane.url}/nope`, as('admin')), 404);
});

/** Status code with which a WebSocket is refused. */
function upgradeCode(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace('http', 'ws'), { headers });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
    socket.on('open', () => {
      reject(new Error('not refused'));
    });
    socket.on('error', () => undefined);
  });
}

test('extensions: open ones check for themselves, the others need a user', async (t) => {
  const extensions: Extension[] = [
    {
      path: '/gantry/v1/join',
      methods: ['POST'],
      access: 'anonymous',
      answer: ({ body }) => Promise.resolve({ status: 200, body: { got: body.toString() } }),
    },
    {
      path: '/gantry/v1/inner',
      methods: ['GET'],
      access: 'authorized',
      answer: ({ user }) => Promise.resolve({ status: 200, body: user.name }),
    },
  ];
  const plane = await startTestServer({ security: guarded(), extensions });
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  t.like((await client.call('POST', '/gantry/v1/join', 'hi')).body, { got: 'hi' });
  t.is((await client.get('/gantry/v1/join')).code, 405);
  t.is((await client.get('/gantry/v1/inner')).code, 401);
  t.is((await client.get('/gantry/v1/inner', as('reader'))).text, 'reader');
});
