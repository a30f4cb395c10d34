import 'reflect-metadata';
import {
  X509CertificateGenerator,
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509';
import test, { type ExecutionContext } from 'ava';
import {
  createServer as createHttp,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readText } from './answer-body.ts';
import { createNodeTransport, type NodeTransportOptions } from './node-transport.ts';
import type { TransportError } from './transport-error.ts';

async function listening(t: ExecutionContext, server: Server, scheme: string): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serving = (t: ExecutionContext, listener: RequestListener): Promise<string> =>
  listening(t, createHttp(listener), 'http');

function transportTo(t: ExecutionContext, options: NodeTransportOptions) {
  const made = createNodeTransport(options);
  t.teardown(async () => made.close());
  return made.transport;
}

const codeOf = async (t: ExecutionContext, promise: Promise<unknown>): Promise<string> =>
  (await t.throwsAsync<TransportError>(promise)).code;

test('sends method, path, headers, token and body; keeps the connection', async (t) => {
  const ports = new Set<number | undefined>();
  const server = await serving(t, (request, response) => {
    ports.add(request.socket.remotePort);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization } = request.headers;
      response.setHeader('Warning', ['299 - "one"', '299 - "two"']);
      response.end(
        JSON.stringify([request.method, request.url, authorization, Buffer.concat(chunks).toString()]),
      );
    });
  });
  let token = 'first';
  const transport = transportTo(t, { server: `${server}/base/`, token: () => token });
  for (const expected of ['first', 'second', 'third', 'fourth', 'fifth']) {
    token = expected;
    const answer = await transport({ method: 'POST', path: '/x?y=1', body: 'hi' });
    t.is(answer.status, 200);
    t.is(answer.headers['warning'], '299 - "one", 299 - "two"');
    t.deepEqual(JSON.parse(await readText(answer.body, 1000)), [
      'POST',
      '/base/x?y=1',
      `Bearer ${expected}`,
      'hi',
    ]);
  }
  t.true(ports.size < 3, 'an answer that is just being finished may cost one connection more');
});

test('a burst takes turns on a few connections; what stays open holds one of its own', async (t) => {
  const ports = new Set<number | undefined>();
  const held: ServerResponse[] = [];
  const server = await serving(t, (request, response) => {
    if (request.url === '/watch') {
      response.write('part');
      held.push(response);
      return;
    }
    ports.add(request.socket.remotePort);
    setImmediate(() => response.end('hi'));
  });
  const transport = transportTo(t, { server, connectionsMax: 2 });
  const watches = await Promise.all(
    Array.from({ length: 4 }, () => transport({ method: 'GET', path: '/watch' })),
  );
  const texts = Array.from({ length: 20 }, async () => {
    const { body } = await transport({ method: 'GET', path: '/', bodyIdleTimeoutMs: 10_000 });
    return readText(body, 1000);
  });
  t.deepEqual([...new Set(await Promise.all(texts))], ['hi']);
  t.true(ports.size <= 2);
  for (const response of held) response.end();
  t.deepEqual(await Promise.all(watches.map(({ body }) => readText(body, 1000))), Array(4).fill('part'));
});

test('no answer: each way has its code', async (t) => {
  const taken = createHttp();
  const free = await listening(t, taken, 'http');
  await new Promise((resolve) => taken.close(resolve));
  t.is(await codeOf(t, transportTo(t, { server: free })({ method: 'GET', path: '/' })), 'unreachable');

  const silent = await serving(t, () => undefined);
  const slow = transportTo(t, { server: silent })({ method: 'GET', path: '/', timeoutMs: 50 });
  t.is(await codeOf(t, slow), 'timeout');

  const rude = await serving(t, (request) => request.socket.destroy());
  t.is(await codeOf(t, transportTo(t, { server: rude })({ method: 'GET', path: '/' })), 'connection-lost');
});

test('a body may break off, fall silent, or be left by the reader', async (t) => {
  const server = await serving(t, (request, response) => {
    response.write('part');
    if (request.url === '/break') setImmediate(() => response.destroy());
    request.on('close', () => (closed = true));
  });
  let closed = false;
  const transport = transportTo(t, { server });
  const broken = await transport({ method: 'GET', path: '/break' });
  t.is(await codeOf(t, readText(broken.body, 1000)), 'connection-lost');

  const silent = await transport({ method: 'GET', path: '/', bodyIdleTimeoutMs: 50 });
  t.is(await codeOf(t, readText(silent.body, 1000)), 'timeout');

  const left = await transport({ method: 'GET', path: '/' });
  closed = false;
  for await (const chunk of left.body) {
    t.is(Buffer.from(chunk).toString(), 'part');
    break;
  }
  while (!closed) await new Promise(setImmediate);
  t.true(closed);
});

test('an abort is the caller’s own reason, before the head and within the body', async (t) => {
  const server = await serving(t, (request, response) => {
    if (request.url === '/body') response.write('part');
  });
  const transport = transportTo(t, { server });
  const reason = new Error('enough');
  const early = new AbortController();
  const waiting = transport({ method: 'GET', path: '/', signal: early.signal });
  setImmediate(() => early.abort(reason));
  t.is(await t.throwsAsync(waiting), reason);

  const late = new AbortController();
  const { body } = await transport({ method: 'GET', path: '/body', signal: late.signal });
  const reading = readText(body, 1000);
  setImmediate(() => late.abort(reason));
  t.is(await t.throwsAsync(reading), reason);
});

async function certificate() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await X509CertificateGenerator.createSelfSigned({
    ...{ name: 'CN=test', keys, signingAlgorithm: algorithm },
    ...{ notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) },
    extensions: [
      new BasicConstraintsExtension(true),
      new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]),
    ],
  });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    cert: made.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  };
}

test('TLS: our CA is trusted, another is not; the client’s certificate is sent', async (t) => {
  const own = await certificate();
  const other = await certificate();
  const https = createHttps(
    { ...own, ca: own.cert, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const { subject } = (
        request.socket as unknown as { getPeerCertificate(): { subject?: { CN: string } } }
      ).getPeerCertificate();
      response.end(subject?.CN ?? 'nobody');
    },
  );
  const server = await listening(t, https, 'https');
  const request = { method: 'GET', path: '/' };
  const anonymous = await transportTo(t, { server, ca: own.cert })(request);
  t.is(await readText(anonymous.body, 1000), 'nobody');
  const known = await transportTo(t, { server, ca: own.cert, ...own })(request);
  t.is(await readText(known.body, 1000), 'test');
  t.is(await codeOf(t, transportTo(t, { server, ca: other.cert })(request)), 'tls-untrusted');
});
