// Web metrics against real servers on loopback: what is asked, what is taken of the answer, and what each failure is called.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import test from 'ava';
import type { WebMetric } from '@gantry/api/kinds/analysis/provider';
import { systemClock } from '@gantry/kit/clock';
import { systemRandom } from '@gantry/kit/random';
import { createAuthority, issueKeyPair } from '../../auth/certificates.ts';
import type { Measured } from '../measure.ts';
import { BEGAN_MS, testRun, webMetric } from '../test-runs.ts';
import { runTime } from '../assess.ts';
import { ANSWER_BYTES_MAX, createHttp } from './http.ts';
import { createPrometheusMeasure } from './measure-prometheus.ts';
import { createWebMeasure, readPart } from './measure-web.ts';

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

async function served(
  answer: (request: Seen, response: ServerResponse) => void,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const { method, url, headers } = request;
      answer({ method, url, headers, body }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const measure = createWebMeasure(createHttp(systemClock));

async function measured(web: Partial<WebMetric>, successCondition?: string): Promise<Measured> {
  const provider = { web: { url: '', ...web } };
  const metric = { ...webMetric('m', { provider }), successCondition: successCondition ?? 'result == 1' };
  const request = { run: testRun({ metrics: [metric] }), metric, startedAt: runTime(BEGAN_MS) };
  try {
    return await measure(request, new AbortController().signal);
  } catch (error) {
    return { measurement: { phase: 'Error', message: (error as Error).message } };
  }
}

const json =
  (value: unknown, status = 200) =>
  (_request: Seen, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

test('a part of the answer is the result', async (t) => {
  await served(json({ data: { ok: true, rate: 0.99 }, list: [{ n: 1 }, { n: 2 }] }), async (url) => {
    t.like((await measured({ url, jsonPath: '{$.data.rate}' }, 'result > 0.95')).measurement, {
      phase: 'Successful',
      value: '0.99',
    });
    t.like((await measured({ url, jsonPath: '{.data}' }, 'result.ok && result.rate > 1')).measurement, {
      phase: 'Failed',
    });
    t.like((await measured({ url, jsonPath: '{$.list[*].n}' }, 'all(result, # > 0)')).measurement, {
      phase: 'Successful',
      value: '[1,2]',
    });
    t.like((await measured({ url }, 'len(result.list) == 2')).measurement, { phase: 'Successful' });
    const nothing = await measured({ url, jsonPath: '{$.gone}' });
    t.regex(nothing.measurement.message ?? '', /jsonPath \{\$\.gone\} finds nothing/);
  });
});

test('method, headers and bodies are sent', async (t) => {
  const seen: Seen[] = [];
  const answer = (request: Seen, response: ServerResponse): void => {
    seen.push(request);
    json(1)(request, response);
  };
  await served(answer, async (url) => {
    await measured({ url: `${url}/a?b=c`, headers: [{ key: 'X-Token', value: 't' }] });
    await measured({ url, method: 'POST', jsonBody: { a: [1] } });
    await measured({
      url,
      method: 'PUT',
      body: 'text',
      headers: [{ key: 'Content-Type', value: 'text/plain' }],
    });
  });
  t.like(seen[0], { method: 'GET', url: '/a?b=c', body: '' });
  t.is(seen[0]?.headers['x-token'], 't');
  t.like(seen[1], { method: 'POST', body: '{"a":[1]}' });
  t.is(seen[1]?.headers['content-type'], 'application/json');
  t.like(seen[2], { method: 'PUT', body: 'text' });
  t.is(seen[2]?.headers['content-type'], 'text/plain');
});

const OAUTH = { clientId: 'me:1', clientSecret: 's&cret' };
const inHeader = `Basic ${Buffer.from('me%3A1:s%26cret').toString('base64')}`;

test('a token is asked for, by header or by body, and shown', async (t) => {
  const seen: Seen[] = [];
  let takesHeader = true;
  const answer = (request: Seen, response: ServerResponse): void => {
    seen.push(request);
    if (request.url !== '/token') return json(1)(request, response);
    const form = new URLSearchParams(request.body);
    const isGood = takesHeader
      ? request.headers.authorization === inHeader
      : form.get('client_id') === OAUTH.clientId && form.get('client_secret') === OAUTH.clientSecret;
    json(isGood ? { access_token: 'abc' } : { error: 'invalid_client' }, isGood ? 200 : 401)(
      request,
      response,
    );
  };
  await served(answer, async (url) => {
    const oauth2 = { ...OAUTH, tokenUrl: `${url}/token`, scopes: ['read', 'write'] };
    const headers = [{ key: 'Authorization', value: 'mine' }];
    for (takesHeader of [true, false]) {
      t.is((await measured({ url, headers, authentication: { oauth2 } })).measurement.phase, 'Successful');
      t.is(seen.at(-1)?.headers.authorization, 'Bearer abc');
    }
    t.is(seen[0]?.body, 'grant_type=client_credentials&scope=read+write');
    const wrong = { ...oauth2, clientSecret: 'none' };
    const { measurement } = await measured({ url, authentication: { oauth2: wrong } });
    t.is(measurement.phase, 'Error');
    t.regex(
      measurement.message ?? '',
      /^127\.0\.0\.1:\d+ gives no token: it answered with 401 \(invalid_client\)$/,
    );
  });
});

test('user and password are shown', async (t) => {
  const seen: Seen[] = [];
  const answer = (request: Seen, response: ServerResponse): void => {
    seen.push(request);
    json(1)(request, response);
  };
  await served(answer, async (url) => {
    await measured({ url, authentication: { basicAuth: { username: 'ali', password: 'open sesame' } } });
  });
  t.is(seen[0]?.headers.authorization, `Basic ${Buffer.from('ali:open sesame').toString('base64')}`);
});

test('every failure is an error with its reason', async (t) => {
  const message = async (web: Partial<WebMetric>): Promise<string> => {
    const { measurement } = await measured(web);
    t.is(measurement.phase, 'Error');
    return measurement.message ?? '';
  };
  await served(json({ error: 'down' }, 503), async (url) => {
    t.is(await message({ url }), 'received non 2xx response code: 503: {"error":"down"}');
  });
  await served(
    (_request, response) => response.end('<html>'),
    async (url) => {
      t.is(await message({ url }), 'the answer is no JSON: <html>');
    },
  );
  await served(
    (_request, response) => response.end('x'.repeat(ANSWER_BYTES_MAX + 1)),
    async (url) => {
      t.regex(await message({ url }), /the answer is longer than 1048576 bytes/);
    },
  );
  await served(
    () => undefined,
    async (url) => {
      t.regex(await message({ url, timeoutSeconds: 1 }), /127\.0\.0\.1:\d+ did not answer within 1 s/);
    },
  );
  const closed = createTcpServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  t.regex(
    await message({ url: `http://127.0.0.1:${port}/secret-path` }),
    /^127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/,
  );
  t.regex(await message({ url: 'file:///etc/passwd' }), /file: is not supported/);
});

test('a certificate of an unknown authority is refused, with the reason, unless the metric says otherwise', async (t) => {
  const signing = { nowMs: systemClock.nowMs(), random: systemRandom };
  const authority = await createAuthority('nobody we know', 1, signing);
  const pair = await issueKeyPair(
    authority,
    { commonName: 'metrics', organizations: [], usage: 'server', validDays: 1, ipAddresses: ['127.0.0.1'] },
    signing,
  );
  const server = createTlsServer({ key: pair.key, cert: pair.certificate }, (_request, response) => {
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [0, '1'] } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close());
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const refused = (await measured({ url, jsonPath: '{$.data.result[1]}' })).measurement;
  t.is(refused.phase, 'Error');
  t.regex(refused.message ?? '', /^127\.0\.0\.1:\d+ cannot be reached: .*certificate/);
  const taken = await measured({ url, jsonPath: '{$.data.result[1]}', insecure: true }, "result == '1'");
  t.like(taken.measurement, { phase: 'Successful', value: '1' });
  const ask = createPrometheusMeasure(createHttp(systemClock), systemClock);
  const asked = (insecure: boolean): Promise<Measured> => {
    const metric = webMetric('m', { provider: { prometheus: { address: url, query: 'up', insecure } } });
    return ask({ run: testRun({ metrics: [metric] }), metric, startedAt: '' }, new AbortController().signal);
  };
  await t.throwsAsync(asked(false), { message: /certificate/ });
  t.like((await asked(true)).measurement, { phase: 'Successful', value: '1' });
});

test('the end of a term ends a request', async (t) => {
  await served(
    () => undefined,
    async (url) => {
      const end = new AbortController();
      const metric = webMetric('m', { provider: { web: { url } } });
      const asked = measure({ run: testRun({ metrics: [metric] }), metric, startedAt: '' }, end.signal);
      setTimeout(() => {
        end.abort(new Error('the term is over'));
      }, 50);
      await t.throwsAsync(asked, { message: 'the term is over' });
    },
  );
});

test('paths that would evaluate something are refused', (t) => {
  for (const path of ['{$.a[?(@.b == 1)]}', '{$.a[(@.length-1)]}'])
    t.regex('problem' in readPart('{"a":[]}', path) ? 'filters are not supported' : '', /filters/);
  t.deepEqual(readPart('{"a":{"__proto__":1}}', '$.a.b'), {
    problem: 'jsonPath $.a.b finds nothing in the answer: {"a":{"__proto__":1}}',
  });
});
