// Flags evaluated over HTTP: by the letter of OFREP, and by OpenFeature's own SDK and provider.
import test from 'ava';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import { createAuthorization } from '../auth/authorize.ts';
import type { ControlPlane } from '../control-plane.ts';
import { createBulkhead } from './bulkhead.ts';
import { CONTEXT_BYTES_MAX, CONTEXT_VALUES_MAX } from '@gantry/api/flags/limits';
import { createServerMetrics } from './metrics.ts';
import { testClient, type TestClient } from './test-client.ts';
import { startTestServer } from './test-server.ts';
import { createAuthenticateByToken } from './test-users.ts';

const ROOT = '/ofrep/v1/evaluate/flags';
const TEAM = `/namespaces/team${ROOT}`;
const BOOLEAN = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
const FLAGS = {
  checkout: {
    ...BOOLEAN,
    targeting: { if: [{ '==': [{ var: 'tier' }, 'gold'] }, 'on', null] },
    metadata: { owner: 'shop' },
  },
  colour: {
    state: 'ENABLED',
    variants: { red: 'red', blue: 'blue' },
    defaultVariant: 'red',
    targeting: {
      fractional: [
        ['red', 50],
        ['blue', 50],
      ],
    },
  },
  limit: { state: 'ENABLED', variants: { low: 10, high: 100 }, defaultVariant: 'high' },
  theme: { state: 'ENABLED', variants: { dark: { background: '#000' } }, defaultVariant: 'dark' },
  old: { ...BOOLEAN, state: 'DISABLED' },
  odd: { ...BOOLEAN, targeting: { var: 'variant' } },
  'a/b': BOOLEAN,
};

let plane: ControlPlane;
let client: TestClient;

test.before(async () => {
  plane = await startTestServer({
    parts: (cache) => ({
      security: { authenticate: createAuthenticateByToken(), ...createAuthorization(cache) },
    }),
  });
  client = testClient(plane.url);
  await write('POST', '/api/v1/namespaces', { metadata: { name: 'team' } });
  await make('default', 'shop', FLAGS);
  await make('team', 'theirs', { checkout: { ...BOOLEAN, defaultVariant: 'on' } });
});
test.after.always(() => plane.stop());

const as = (user: string) => ({ authorization: `Bearer ${user}` });
const write = (method: string, path: string, body: unknown) => client.call(method, path, body, as('admin'));
const evaluate = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  client.call('POST', path, body, { ...as('viewer'), ...headers });

async function make(namespace: string, name: string, flags: object): Promise<void> {
  const path = `/apis/gantry.dev/v1alpha1/namespaces/${namespace}/featureflags`;
  const { code, text } = await write('POST', path, { metadata: { name }, spec: { flagSpec: { flags } } });
  if (code !== 201) throw new Error(text);
  await plane.cache.waitForNewest();
  if (plane.cache.get(featureFlagKind, { namespace, name }) === undefined)
    throw new Error('not in the cache');
}

const ONE: [string, unknown, number, object][] = [
  [
    'checkout',
    { context: { tier: 'gold' } },
    200,
    { key: 'checkout', value: true, variant: 'on', reason: 'TARGETING_MATCH', metadata: { owner: 'shop' } },
  ],
  [
    'checkout',
    { context: {} },
    200,
    { key: 'checkout', value: false, variant: 'off', reason: 'DEFAULT', metadata: { owner: 'shop' } },
  ],
  ['limit', undefined, 200, { key: 'limit', value: 100, variant: 'high', reason: 'STATIC', metadata: {} }],
  ['a/b', {}, 200, { key: 'a/b', value: false, variant: 'off', reason: 'STATIC', metadata: {} }],
  ['a%2Fb', {}, 200, { key: 'a/b', value: false, variant: 'off', reason: 'STATIC', metadata: {} }],
  ['old', {}, 200, { key: 'old', reason: 'DISABLED', metadata: {} }],
  [
    'chekout',
    {},
    404,
    {
      key: 'chekout',
      errorCode: 'FLAG_NOT_FOUND',
      errorDetails: 'there is no flag "chekout" in namespace default; did you mean "checkout"?',
    },
  ],
  [
    'colour',
    { context: {} },
    400,
    {
      key: 'colour',
      errorCode: 'TARGETING_KEY_MISSING',
      errorDetails: 'flag "colour" needs a targetingKey in the context',
    },
  ],
  [
    'odd',
    { context: { variant: 'x' } },
    400,
    { key: 'odd', errorCode: 'GENERAL', errorDetails: `Variant 'x' not found in flag with key 'odd'` },
  ],
  [
    'limit',
    { context: [] },
    400,
    { key: 'limit', errorCode: 'INVALID_CONTEXT', errorDetails: 'the context must be an object' },
  ],
  [
    'limit',
    [],
    400,
    { key: 'limit', errorCode: 'INVALID_CONTEXT', errorDetails: 'the context must be an object' },
  ],
  [
    'limit',
    { context: { targetingKey: 1 } },
    400,
    {
      key: 'limit',
      errorCode: 'INVALID_CONTEXT',
      errorDetails: 'the targetingKey of the context must be a text',
    },
  ],
];

for (const [index, [key, body, code, expected]] of ONE.entries()) {
  test(`one flag: ${key} (${index})`, async (t) => {
    const answer = await evaluate(`${ROOT}/${key}`, body);
    t.is(answer.code, code);
    t.deepEqual(answer.body as unknown, expected);
    t.regex(answer.headers.get('content-type') ?? '', /^application\/json/);
  });
}

test('a body that is no JSON', async (t) => {
  const { code, body } = await evaluate(`${ROOT}/limit`, '{');
  t.is(code, 400);
  t.like(body, { key: 'limit', errorCode: 'PARSE_ERROR' });
  t.like((await evaluate(ROOT, '{')).body, { errorCode: 'PARSE_ERROR' });
});

test('who may not get FeatureFlags may not evaluate them', async (t) => {
  const unknown = await client.call('POST', `${ROOT}/limit`, {});
  t.is(unknown.code, 401);
  t.deepEqual(Object.keys(unknown.body), ['errorDetails']);
  const refused = await evaluate(`${TEAM}/checkout`, {}, as('somebody'));
  t.is(refused.code, 403);
  t.regex(
    String(refused.body['errorDetails']),
    /cannot get resource "featureflags" in API group "gantry\.dev" in the namespace "team"/,
  );
  t.is((await client.get(`${ROOT}/limit`, as('admin'))).code, 405);
});

test('large bodies and contexts are refused', async (t) => {
  t.is((await evaluate(`${ROOT}/limit`, { context: { a: 'x'.repeat(CONTEXT_BYTES_MAX) } })).code, 413);
  t.is((await evaluate(ROOT, { context: { a: Array(CONTEXT_VALUES_MAX).fill(1) } })).code, 413);
});

test('the short way of one flag and the long way of all other requests answer alike', async (t) => {
  const alike = async (
    key: string,
    body: unknown,
    headers: Record<string, string>,
    code: number,
  ): Promise<void> => {
    const sent = { 'x-request-id': 'one', ...headers };
    // Only a request without a query is short.
    const paths = [`${ROOT}/${key}`, `${ROOT}/${key}?long=1`];
    const [short, long] = await Promise.all(paths.map((path) => client.call('POST', path, body, sent)));
    t.is(short?.code, code, key);
    const told = (answer: typeof short) => {
      const headers = new Map(answer?.headers);
      for (const name of ['date', 'connection', 'keep-alive']) headers.delete(name);
      return { code: answer?.code, body: answer?.body, headers: [...headers] };
    };
    t.deepEqual(told(short), told(long), key);
  };
  await alike('limit', { context: {} }, as('viewer'), 200);
  await alike('colour', {}, as('viewer'), 400);
  await alike('nothing', {}, as('viewer'), 404);
  await alike('limit', '{', as('viewer'), 400);
  await alike('limit', { context: { a: Array(CONTEXT_VALUES_MAX).fill(1) } }, as('viewer'), 413);
  await alike('limit', {}, {}, 401);
  await alike('limit', {}, as('stranger'), 403);
  await alike('limit', {}, { ...as('viewer'), 'content-encoding': 'gzip' }, 415);
});

test('one flag is counted and timed on its short way too', async (t) => {
  const counted = async (): Promise<number> => {
    const { text } = await client.get('/metrics', as('admin'));
    const line = /^gantry_server_requests_total\{verb="post",resource="",subresource="",code="200"\} (\d+)$/m;
    return Number(line.exec(text)?.[1] ?? 0);
  };
  const before = await counted();
  await evaluate(`${ROOT}/limit`);
  t.true((await counted()) > before);
});

test('too many requests of one user at once are told when to come again', (t) => {
  const metrics = createServerMetrics();
  const limits = createBulkhead(metrics, { request: { perUser: 1, all: 1 }, watch: { perUser: 1, all: 1 } });
  limits.enter('sdk', 'request');
  const error = t.throws(() => limits.enter('sdk', 'request'));
  t.like(error, { status: { code: 429, details: { retryAfterSeconds: 1 } } });
});

test('all flags, with a tag by which nothing is sent twice', async (t) => {
  const first = await evaluate(ROOT, { context: { tier: 'gold', targetingKey: 'anna' } });
  t.is(first.code, 200);
  const flags = first.body['flags'] as {
    key: string;
    value?: unknown;
    reason?: string;
    errorCode?: string;
  }[];
  t.deepEqual(
    flags.map(({ key }) => key),
    ['a/b', 'checkout', 'colour', 'limit', 'odd', 'old', 'theme'],
  );
  t.like(flags[1], { value: true, reason: 'TARGETING_MATCH' });
  t.like(flags[5], { reason: 'DISABLED' });
  const tag = first.headers.get('etag') ?? '';
  t.regex(tag, /^"[\w-]{27}"$/);
  const same = await evaluate(
    ROOT,
    { context: { tier: 'gold', targetingKey: 'anna' } },
    { 'if-none-match': `W/${tag}` },
  );
  t.is(same.code, 304);
  t.is(same.text, '');
  t.is(same.headers.get('etag'), tag);
  const other = await evaluate(
    ROOT,
    { context: { tier: 'iron', targetingKey: 'anna' } },
    { 'if-none-match': tag },
  );
  t.is(other.code, 200);
  const failing = await evaluate(ROOT, { context: {} });
  t.like((failing.body['flags'] as object[])[2], { key: 'colour', errorCode: 'TARGETING_KEY_MISSING' });
});

test('a namespace by its path; the oldest FeatureFlag has a key', async (t) => {
  t.like((await evaluate(`${TEAM}/checkout`, {})).body, { value: true });
  await make('team', 'usurper', { checkout: BOOLEAN, own: BOOLEAN });
  t.like((await evaluate(`${TEAM}/checkout`, {})).body, { value: true });
  t.is((await evaluate(`${TEAM}/own`, {})).code, 200);
  t.deepEqual((await evaluate(`/namespaces/nowhere${ROOT}`, {})).body['flags'], []);
});

test('clients of the stream are told of changes of their namespace, until the server stops', async (t) => {
  const own = await startTestServer();
  t.teardown(() => own.stop());
  const answer = await fetch(`${own.url}/ofrep/v1/stream`);
  t.is(answer.headers.get('content-type'), 'text/event-stream');
  const path = `${own.url}/apis/gantry.dev/v1alpha1/namespaces/default/featureflags`;
  const body = JSON.stringify({ metadata: { name: 'shop' }, spec: { flagSpec: { flags: FLAGS } } });
  const headers = { 'content-type': 'application/json' };
  t.is((await fetch(path, { method: 'POST', headers, body })).status, 201);
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    if (text.includes('refetchEvaluation')) await own.stop();
  }
  t.regex(
    text,
    /^retry: 1000\nid: 0-0\n: [^\n]+\n\nid: (\d+-1)\nevent: message\ndata: \{"type":"refetchEvaluation","etag":"\\"\1\\""/,
  );
});

test('the stream is for those who may get FeatureFlags', async (t) => {
  t.is((await client.get('/ofrep/v1/stream')).code, 401);
  t.is((await client.get('/namespaces/team/ofrep/v1/stream', as('somebody'))).code, 403);
  t.is((await evaluate('/ofrep/v1/stream')).code, 405);
});

test.serial("OpenFeature's SDK with its own provider", async (t) => {
  const provider = (baseUrl: string, user = 'viewer') =>
    new OFREPProvider({ baseUrl, headers: [['Authorization', `Bearer ${user}`]] });
  await OpenFeature.setProviderAndWait('shop', provider(plane.url));
  await OpenFeature.setProviderAndWait('team', provider(`${plane.url}/namespaces/team`));
  await OpenFeature.setProviderAndWait('nobody', provider(plane.url, 'nobody'));
  const [shop, team, nobody] = ['shop', 'team', 'nobody'].map((domain) => OpenFeature.getClient(domain));
  t.true(await shop?.getBooleanValue('checkout', false, { tier: 'gold' }));
  t.false(await shop?.getBooleanValue('checkout', true, { tier: 'iron' }));
  t.like(await shop?.getStringDetails('colour', '', { targetingKey: 'anna' }), { reason: 'TARGETING_MATCH' });
  t.is(await shop?.getNumberValue('limit', 1), 100);
  t.deepEqual(await shop?.getObjectValue('theme', {}), { background: '#000' });
  t.like(await shop?.getBooleanDetails('limit', true), { value: true, errorCode: 'TYPE_MISMATCH' });
  t.like(await shop?.getBooleanDetails('missing', true), { value: true, errorCode: 'FLAG_NOT_FOUND' });
  t.like(await shop?.getStringDetails('colour', 'x'), { value: 'x', errorCode: 'TARGETING_KEY_MISSING' });
  t.true(await shop?.getBooleanValue('old', true), "a disabled flag is the program's own value");
  t.true(await team?.getBooleanValue('checkout', false));
  t.like(await nobody?.getBooleanDetails('checkout', true), { value: true, reason: 'ERROR' });
  await OpenFeature.close();
});
