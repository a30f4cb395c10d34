import test from 'ava';
import { connect } from 'node:net';
import { configMap } from '../resources/test-resources.ts';
import { createBulkhead } from './bulkhead.ts';
import { BODY_BYTES_MAX, BODY_DEPTH_MAX } from './limits.ts';
import { createServerMetrics } from './metrics.ts';
import { CONFIG_MAPS, testClient } from './test-client.ts';
import { startTestServer } from './test-server.ts';

test('a body over the limit is refused before it is read', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(plane.port, '127.0.0.1');
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.on('close', () => {
      resolve(text);
    });
    // Announced, never sent.
    socket.write(
      `POST ${CONFIG_MAPS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${BODY_BYTES_MAX + 1}\r\n\r\n`,
    );
  });
  t.regex(answer, /^HTTP\/1\.1 413 /);
  t.regex(answer, /"reason":"RequestEntityTooLarge"/);
});

test('a body that does not announce its size is counted', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const socket = connect(plane.port, '127.0.0.1');
  let text = '';
  socket.on('data', (data: Buffer) => (text += data.toString()));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  socket.write(`POST ${CONFIG_MAPS} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`);
  const chunk = Buffer.alloc(1024 * 1024, 0x20);
  for (let index = 0; index < 4; index++) {
    socket.write(`${chunk.length.toString(16)}\r\n`);
    socket.write(chunk);
    socket.write('\r\n');
  }
  await closed;
  t.regex(text, /^HTTP\/1\.1 413 /);
});

test('a body that is nested too deeply is refused, in JSON and YAML', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  for (const depth of [BODY_DEPTH_MAX + 5, 100_000]) {
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const json = await client.call('POST', CONFIG_MAPS, `{"metadata":{"name":"a"},"data":${nested}}`);
    t.is(json.code, 400);
    t.regex(String(json.body['message']), /nested deeper than/);
    const yaml = await client.call('POST', CONFIG_MAPS, `data: ${nested}`, {
      'content-type': 'application/yaml',
    });
    t.is(yaml.code, 400);
  }
  const long = `data:\n${'  key: value\n'.repeat(50_000)}`;
  t.is((await client.call('POST', CONFIG_MAPS, long, { 'content-type': 'application/yaml' })).code, 413);
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]\n`;
  t.is((await client.call('POST', CONFIG_MAPS, bomb, { 'content-type': 'application/yaml' })).code, 400);
  t.is((await client.get(CONFIG_MAPS)).code, 200);
});

test('names that reach prototypes do no harm', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const body =
    '{"metadata":{"name":"a","labels":{"__proto__":"x"}},"__proto__":{"polluted":true},"data":{"constructor":"y"}}';
  const made = await client.call('POST', CONFIG_MAPS, body);
  t.true(made.code < 500, made.text);
  t.is(({} as Record<string, unknown>)['polluted'], undefined);
  for (const name of ['__proto__', 'constructor', 'toString']) {
    t.is((await client.get(`/api/v1/${name}`)).code, 404);
    t.is((await client.get(`${CONFIG_MAPS}/${name}`)).code, 404);
    t.is((await client.get(`/api/v1/namespaces/default/pods/a/${name}`)).code, 404);
  }
});

test('what is under way at once is bounded for each user and for all', (t) => {
  const metrics = createServerMetrics();
  const bulkhead = createBulkhead(metrics, {
    request: { perUser: 2, all: 3 },
    watch: { perUser: 1, all: 1 },
  });
  const leave = bulkhead.enter('a', 'request');
  bulkhead.enter('a', 'request');
  t.throws(() => bulkhead.enter('a', 'request'), { message: /too many requests of user "a"/ });
  bulkhead.enter('b', 'request');
  t.throws(() => bulkhead.enter('c', 'request'), { message: /of all users/ });
  bulkhead.enter('a', 'watch');
  leave();
  leave();
  bulkhead.enter('a', 'request');
  t.throws(() => bulkhead.enter('a', 'request'));
});

test('every answer names its request; a sane id of the client is kept', async (t) => {
  const plane = await startTestServer();
  t.teardown(() => plane.stop());
  const client = testClient(plane.url);
  const own = await client.get('/version', { 'x-request-id': 'abc-1' });
  t.is(own.headers.get('x-request-id'), 'abc-1');
  const insane = await client.get('/version', { 'x-request-id': 'a b"c' });
  t.not(insane.headers.get('x-request-id'), 'a b"c');
  t.truthy((await client.get('/nope')).headers.get('x-request-id'));
  t.truthy((await client.get('/healthz')).headers.get('x-request-id'));
});

test('a bug shows nothing but the request id', async (t) => {
  const plane = await startTestServer({
    security: {
      authenticate: () => Promise.resolve({ name: 'x', groups: [] }),
      authorize: () => {
        throw new TypeError('secret inner workings');
      },
    },
  });
  t.teardown(() => plane.stop());
  const answer = await testClient(plane.url).call('POST', CONFIG_MAPS, configMap('a'), {
    'x-request-id': 'bug-7',
  });
  t.is(answer.code, 500);
  t.regex(answer.text, /bug-7/);
  t.notRegex(answer.text, /secret|TypeError|\.ts/);
});
