// What nobody sends by mistake: each is refused with one sentence, nothing of it stays, and the server goes on.
import test from 'ava';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { configMap, deployment } from '../resources/test-resources.ts';
import type { ControlPlane } from '../control-plane.ts';
import { BODY_VALUES_MAX } from './limits.ts';
import { startServer } from './server.ts';
import { CONFIG_MAPS, testClient } from './test-client.ts';
import { startTestServer } from './test-server.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const JSON_PATCH = { 'content-type': 'application/json-patch+json' };
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const HEADERS_TIMEOUT_MS = 3_000;
let plane: ControlPlane;

test.before(async () => {
  plane = await startTestServer();
  await testClient(plane.url).seed('kept');
});

test.after.always(() => plane.stop());

/** Bytes straight onto the wire. @returns all that came until the server ended the connection. */
function raw(bytes: string | Buffer, port = plane.port): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.once('close', () => {
      resolve(text);
    });
    socket.once('error', reject);
    socket.write(bytes);
  });
}

function post(body: Buffer, headers: Record<string, string> = {}): string | Buffer {
  const all = { host: 'x', connection: 'close', 'content-type': 'application/json', ...headers };
  const lines = Object.entries({ ...all, 'content-length': String(body.length) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`POST ${CONFIG_MAPS} HTTP/1.1\r\n${head}\r\n`), body]);
}

const replicas = (value: string): string =>
  JSON.stringify(deployment('hostile')).replace('"replicas":1', `"replicas":${value}`);
const withMemory = (memory: string): string =>
  JSON.stringify(deployment('hostile')).replace(
    '"image":"busybox"',
    `"image":"busybox","resources":{"limits":{"memory":"${memory}"}}`,
  );
const fields = (count: number, value: string): string =>
  `{${Array.from({ length: count }, (_, index) => `"f${index}":${value}`).join(',')}}`;
const token = (start: string): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 1e17, start })).toString('base64url');

type Row = [
  what: string,
  method: string,
  path: string,
  body: unknown,
  code: number,
  says: RegExp,
  headers?: Record<string, string>,
];

const rows: Row[] = [
  [
    'negative replicas',
    'POST',
    DEPLOYMENTS,
    replicas('-1'),
    422,
    /spec\.replicas.*greater than or equal to 0/,
  ],
  ['replicas over 32 bits', 'POST', DEPLOYMENTS, replicas('4294967296'), 422, /spec\.replicas.*32 bits/],
  ['an infinite number', 'POST', DEPLOYMENTS, replicas('1e400'), 400, /spec\.replicas: expected integer/],
  ['half a replica', 'POST', DEPLOYMENTS, replicas('1.5'), 400, /spec\.replicas: expected integer/],
  [
    'a quantity of 5,000 digits',
    'POST',
    DEPLOYMENTS,
    withMemory('9'.repeat(5000)),
    422,
    /limits\[memory\].*such as/,
  ],
  ['negative memory', 'POST', DEPLOYMENTS, withMemory('-1Gi'), 422, /limits\[memory\].*greater than/],
  ['truncated JSON', 'POST', CONFIG_MAPS, '{"metadata":{"name":"hostile"', 400, /no valid JSON.*position/],
  ['two JSON documents', 'POST', CONFIG_MAPS, '{"metadata":{"name":"hostile"}} {}', 400, /no valid JSON/],
  [
    'a path as a name',
    'POST',
    CONFIG_MAPS,
    configMap('../../pods/hostile'),
    422,
    /metadata\.name.*lower case/,
  ],
  ['a name with NUL', 'POST', CONFIG_MAPS, configMap('hostile\u0000'), 422, /"hostile\\u0000".*lower case/],
  ['a terminal’s escape in a name', 'POST', CONFIG_MAPS, configMap('hostile\u001b[31m'), 422, /\\u001b/],
  ['a name of a million characters', 'POST', CONFIG_MAPS, configMap('h'.repeat(1e6)), 422, /^.{0,3000}$/s],
  [
    'a key with a control character',
    'POST',
    CONFIG_MAPS,
    configMap('hostile', { 'a\u001b[2J': 'x' }),
    422,
    /^[^\p{Cc}]*data\[a\\u001b\[2J\]/u,
  ],
  [
    'a key of a million characters',
    'POST',
    CONFIG_MAPS,
    configMap('hostile', { ['k'.repeat(1e6)]: 'x' }),
    422,
    /^.{0,3000}$/s,
  ],
  [
    'an encoded slash in a name',
    'PATCH',
    `${CONFIG_MAPS}/a%2Fb?fieldManager=x`,
    configMap('a/b'),
    422,
    /metadata\.name/,
    APPLY,
  ],
  [
    'encoded dots in a name',
    'PATCH',
    `${CONFIG_MAPS}/%2e%2e%2fkept?fieldManager=x`,
    configMap('../kept'),
    422,
    /metadata\.name/,
    APPLY,
  ],
  [
    'a namespace smuggled into a name',
    'GET',
    '/api/v1/configmaps/default%2Fkept',
    undefined,
    404,
    /could not find/,
  ],
  ['deletion of the same', 'DELETE', '/api/v1/configmaps/default%2Fkept', undefined, 404, /could not find/],
  [
    'a namespace with a slash',
    'POST',
    '/api/v1/namespaces/default%2Fx/configmaps',
    { metadata: { name: 'hostile' } },
    404,
    /namespaces "default\/x" not found/,
  ],
  [
    'a patch to a prototype',
    'PATCH',
    `${CONFIG_MAPS}/kept`,
    [{ op: 'add', path: '/__proto__/polluted', value: 1 }],
    400,
    /operation 0: "path" .* names "__proto__", which no field may be called/,
    JSON_PATCH,
  ],
  [
    'a patch from a prototype',
    'PATCH',
    `${CONFIG_MAPS}/kept`,
    [{ op: 'copy', from: '/constructor/prototype', path: '/data' }],
    400,
    /"from" .* names "constructor"/,
    JSON_PATCH,
  ],
  [
    'a merge into a prototype',
    'PATCH',
    `${CONFIG_MAPS}/kept`,
    '{"__proto__":{"polluted":1}}',
    400,
    /"__proto__"/,
    { 'content-type': 'application/merge-patch+json' },
  ],
  [
    '11,000 operations',
    'PATCH',
    `${CONFIG_MAPS}/kept`,
    Array.from({ length: 11_000 }, () => ({ op: 'remove', path: '/data' })),
    400,
    /at most 10000/,
    JSON_PATCH,
  ],
  [
    'a patch that doubles itself',
    'PATCH',
    `${CONFIG_MAPS}/kept`,
    [
      { op: 'add', path: '/data', value: { a: 'x'.repeat(1000) } },
      ...Array.from({ length: 30 }, (_, index) => ({ op: 'copy', from: '/data', path: `/data/k${index}` })),
    ],
    400,
    /copies too much/,
    JSON_PATCH,
  ],
  [
    'more fields than are taken',
    'POST',
    CONFIG_MAPS,
    fields(BODY_VALUES_MAX + 1, '1'),
    413,
    /limit is 50000 fields/,
  ],
  [
    'more items, nested',
    'POST',
    CONFIG_MAPS,
    fields(300, `[${new Array(200).fill('[]').join(',')}]`),
    413,
    /limit is 50000 fields/,
  ],
  [
    'thousands of unknown fields',
    'POST',
    `${CONFIG_MAPS}?fieldValidation=Strict`,
    fields(40_000, '1'),
    400,
    /unknown field "f0".*39950 more unknown fields/,
  ],
  [
    'a gzip body',
    'POST',
    CONFIG_MAPS,
    '{}',
    415,
    /identity \(no Content-Encoding\)/,
    { 'content-encoding': 'gzip' },
  ],
  [
    'a content type of another sort',
    'POST',
    CONFIG_MAPS,
    '{}',
    415,
    /application\/json/,
    { 'content-type': 'text/plain' },
  ],
  [
    'a charset of another sort',
    'POST',
    CONFIG_MAPS,
    '{}',
    415,
    /charset=utf-8/,
    { 'content-type': 'application/json; charset=UTF-16' },
  ],
  [
    'a negative limit',
    'GET',
    `${CONFIG_MAPS}?limit=-1`,
    undefined,
    400,
    /limit must be a whole number, not "-1"/,
  ],
  [
    'a limit beyond numbers',
    'GET',
    `${CONFIG_MAPS}?limit=99999999999999999999`,
    undefined,
    400,
    /limit must be/,
  ],
  [
    'a timeout that is none',
    'GET',
    `${CONFIG_MAPS}?timeoutSeconds=soon`,
    undefined,
    400,
    /timeoutSeconds must be/,
  ],
  [
    'a watch for less than no time',
    'GET',
    `${CONFIG_MAPS}?watch=1&timeoutSeconds=-1`,
    undefined,
    400,
    /timeoutSeconds must be/,
  ],
  [
    'a negative revision',
    'GET',
    `${CONFIG_MAPS}?resourceVersion=-1`,
    undefined,
    422,
    /resourceVersion.*given out/,
  ],
  [
    'a revision beyond numbers',
    'GET',
    `${CONFIG_MAPS}?resourceVersion=99999999999999999999`,
    undefined,
    422,
    /given out/,
  ],
  ['a revision in hexadecimal', 'GET', `${CONFIG_MAPS}?resourceVersion=0x10`, undefined, 422, /given out/],
  [
    'a field selector without a value',
    'GET',
    `${CONFIG_MAPS}?fieldSelector=metadata.name`,
    undefined,
    400,
    /cannot understand 'metadata.name'/,
  ],
  [
    'a field selector of prototypes',
    'GET',
    `${CONFIG_MAPS}?fieldSelector=__proto__%3Dx`,
    undefined,
    400,
    /only "metadata.name", "metadata.namespace"/,
  ],
  ['a label selector with NUL', 'GET', `${CONFIG_MAPS}?labelSelector=%00`, undefined, 400, /label key/],
  [
    'a forged continue token',
    'GET',
    `${CONFIG_MAPS}?continue=${token('../../')}`,
    undefined,
    400,
    /continue key is not valid/,
  ],
  [
    'a grace period that is none',
    'DELETE',
    `${CONFIG_MAPS}/kept?gracePeriodSeconds=-1`,
    undefined,
    400,
    /gracePeriodSeconds/,
  ],
  [
    'options of another kind',
    'DELETE',
    `${CONFIG_MAPS}/kept`,
    { kind: 'Pod', apiVersion: 'v1' },
    400,
    /DeleteOptions, not "Pod"/,
  ],
  [
    'an endless idempotency key',
    'POST',
    CONFIG_MAPS,
    configMap('hostile'),
    400,
    /1 to 256/,
    { 'idempotency-key': 'k'.repeat(5000) },
  ],
];

for (const [what, method, path, body, code, says, headers] of rows) {
  test(`hostile: ${what}`, async (t) => {
    const client = testClient(plane.url);
    const answer = await client.call(method, path, body, headers);
    t.is(answer.code, code, answer.text.slice(0, 500));
    t.like(answer.body, { kind: 'Status', status: 'Failure', code });
    t.regex(String(answer.body['message']), says);
    t.is(({} as Record<string, unknown>)['polluted'], undefined);
    t.is((await client.get(`${CONFIG_MAPS}/hostile`)).code, 404);
    t.is((await client.get(`${CONFIG_MAPS}/kept`)).code, 200);
  });
}

const START = '{"metadata":{"name":"hostile"},"data":{"a":"';
const cleanEnd = Buffer.from('"}}');

const wire: [what: string, bytes: string | Buffer, code: number, says: RegExp][] = [
  [
    'invalid UTF-8',
    post(Buffer.concat([Buffer.from(START), Buffer.from([0xff, 0xc3, 0x28]), cleanEnd])),
    400,
    /no valid UTF-8; send binary data base64-encoded/,
  ],
  ['a body that is really packed', post(gzipSync('{}'), { 'content-encoding': 'gzip' }), 415, /identity/],
  ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\xfc\x03\x03\r\n\r\n', 400, /no HTTP\/1\.1 request/],
  [
    'a request line of 20,000 characters',
    `GET ${CONFIG_MAPS}?labelSelector=${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    431,
    /longer than \d+ bytes/,
  ],
  [
    '3,000 headers',
    `GET /version HTTP/1.1\r\nHost: x\r\n${'h: value\r\n'.repeat(3_000)}\r\n`,
    431,
    /longer than/,
  ],
  [
    'two lengths of one body',
    `POST ${CONFIG_MAPS} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
    /no HTTP\/1\.1 request \(/,
  ],
  [
    'a negative length',
    `POST ${CONFIG_MAPS} HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n`,
    400,
    /no HTTP/,
  ],
  [
    'dots in a path',
    'GET /api/v1/namespaces/default/../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    404,
    /could not find/,
  ],
  [
    'doubled slashes',
    'GET //api//v1//pods HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    404,
    /could not find/,
  ],
  [
    'an upgrade to HTTP/2',
    'GET /version HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    404,
    /could not find/,
  ],
];

for (const [what, bytes, code, says] of wire) {
  test(`hostile on the wire: ${what}`, async (t) => {
    const text = await raw(bytes);
    t.regex(text, new RegExp(`^HTTP/1\\.1 ${code} `));
    const status = JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as { message: string };
    t.like(status, { kind: 'Status', status: 'Failure', code });
    t.regex(status.message, says);
    t.is((await testClient(plane.url).get(`${CONFIG_MAPS}/hostile`)).code, 404);
  });
}

test.serial('hundreds of slow senders keep nobody else waiting, and are told to leave', async (t) => {
  const listen = { host: '127.0.0.1', port: 0, headersTimeoutMs: HEADERS_TIMEOUT_MS };
  const patient = await startTestServer({ serve: (deps) => startServer(deps, listen) });
  t.teardown(() => patient.stop());
  const slow = Array.from({ length: 200 }, () => raw('POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ', patient.port));
  t.is((await testClient(patient.url).get('/version')).code, 200);
  for (const text of await Promise.all(slow)) {
    t.regex(text, /^HTTP\/1\.1 408 [^]*"the request did not arrive whole in time"/);
  }
});

test('text that no terminal should see is kept as it is, where any text is allowed', async (t) => {
  const client = testClient(plane.url);
  const data = { a: 'NUL \u0000, bell \u0007, a lone half \ud800, escape \u001b[31m' };
  t.is((await client.call('POST', CONFIG_MAPS, configMap('any-text', data))).code, 201);
  t.deepEqual((await client.get(`${CONFIG_MAPS}/any-text`)).body['data'], data);
});
