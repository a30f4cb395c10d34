// Questions over real sockets on loopback.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import type { HTTPGetAction } from '@gantry/api/kinds/pod';
import { OperationalError } from '@gantry/kit/operational-error';
import { askHttp } from '../machine/local/ask-http.ts';
import { askTcp } from '../machine/local/ask-tcp.ts';
import type { Answer } from './answer.ts';
import { ask, type Question } from './ask.ts';

const machine = { askHttp, askTcp };
const runtime = { exec: () => Promise.reject(new OperationalError('runtime-unavailable', 'no engine')) };
let server: Server;
let port = 0;

test.before(async () => {
  server = createServer((request, response) => {
    const [, status = '200', location = ''] = (request.url ?? '').split('/', 3);
    if (status === 'hang') return;
    if (status === 'header') {
      response.writeHead(
        request.headers['x-secret'] === 'open' && request.headers.host === 'virtual' ? 204 : 403,
      );
      response.end();
      return;
    }
    response.writeHead(Number(status), location === '' ? {} : { location: decodeURIComponent(location) });
    response.end('x'.repeat(5000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
test.after.always(() => {
  server.closeAllConnections();
  server.close();
});

const put = (question: Question, signal = AbortSignal.timeout(5000)): Promise<Answer> =>
  ask({ runtime, machine }, question, { containerId: 'c', podIp: '127.0.0.1', ports: { web: port } }, signal);
const get = (path: string, more: Partial<HTTPGetAction> = {}): Promise<Answer> =>
  put({ httpGet: { port, path, ...more } });
const redirect = (to: string): string => `/302/${encodeURIComponent(to)}`;

for (const [path, result] of [
  ['/200', 'success'],
  ['/204', 'success'],
  ['/399', 'success'],
  ['/400', 'failure'],
  ['/503', 'failure'],
] as const) {
  test(`an answer ${path}`, async (t) => {
    t.is((await get(path)).result, result);
  });
}

test('the failing status is told', async (t) => {
  t.is((await get('/503')).message, 'HTTP probe failed with statuscode: 503');
});

test('a port by name, a path without its slash', async (t) => {
  t.is((await get('200', { port: 'web' })).result, 'success');
  t.regex((await get('200', { port: 'nope' })).message, /no port named "nope"/);
});

test('headers are sent, the host header too', async (t) => {
  const httpHeaders = [
    { name: 'X-Secret', value: 'open' },
    { name: 'Host', value: 'virtual' },
  ];
  t.is((await get('/header', { httpHeaders })).result, 'success');
  t.is((await get('/header')).result, 'failure');
});

test('redirects are followed on the same host', async (t) => {
  t.is((await get(redirect('/500'))).result, 'failure');
  t.is((await get(redirect('/200'))).result, 'success');
});

test('a redirect to another host is a success that is not followed', async (t) => {
  const answer = await get(redirect('http://127.0.0.2:1/500'));
  t.deepEqual(answer, { result: 'success', message: 'Probe terminated redirects' });
});

test('redirects in circles end', async (t) => {
  const circle = '/302/%2F302%2F';
  t.is((await get(circle)).result, 'success', 'a redirect without a target is an answer');
});

test('a deadline ends the question', async (t) => {
  const answer = await put({ httpGet: { port, path: '/hang' } }, AbortSignal.timeout(50));
  t.is(answer.result, 'failure');
  t.regex(answer.message, /no answer in time/);
});

test('tcp: open and closed', async (t) => {
  t.is((await put({ tcpSocket: { port: 'web' } })).result, 'success');
  t.is((await put({ tcpSocket: { port: 1 } })).result, 'failure');
});

test('an engine that is away says nothing about the container', async (t) => {
  t.is((await put({ exec: { command: ['true'] } })).result, 'unknown');
});

test('a command that cannot be run', async (t) => {
  const target = { containerId: 'c', podIp: '', ports: {} };
  const answerOf = (exec: () => Promise<number>): Promise<Answer> =>
    ask({ runtime: { exec }, machine }, { exec: { command: ['nope'] } }, target, AbortSignal.timeout(1000));
  t.deepEqual(await answerOf(() => Promise.resolve(127)), {
    result: 'failure',
    message: 'cannot run the command: command exited with code 127',
  });
  const missing = new OperationalError('command-not-found', 'exec: "nope": not there');
  t.deepEqual(await answerOf(() => Promise.reject(missing)), {
    result: 'failure',
    message: 'cannot run the command: exec: "nope": not there',
  });
});
