// Small bodies: whole, in pieces, too large with and without a length, and of clients that leave.
import { createServer, request as httpRequest, type ClientRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { readSmallBody } from './small-body.ts';

const BYTES_MAX = 10;

async function serve(t: ExecutionContext) {
  const seen: string[] = [];
  let heard: () => void = () => undefined;
  const server = createServer((request, response) => {
    const tell = (word: string): void => {
      seen.push(word);
      response.end();
      heard();
    };
    readSmallBody(
      request,
      BYTES_MAX,
      (body) => tell(body?.toString() ?? 'too large'),
      () => tell('left'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    open: (headers: Record<string, string> = {}): ClientRequest =>
      httpRequest({ host: '127.0.0.1', port, method: 'POST', headers }).on('error', () => undefined),
    next: () => new Promise<void>((resolve) => (heard = resolve)),
  };
}

test('a body is handed on once, in one piece, however it comes', async (t) => {
  const { seen, open, next } = await serve(t);
  for (const pieces of [['whole'], ['in ', 'two'], []]) {
    const told = next();
    const request = open();
    for (const piece of pieces) request.write(piece);
    request.end();
    await told;
  }
  t.deepEqual(seen, ['whole', 'in two', '']);
});

test('a body that is too large is told of before its end', async (t) => {
  const { seen, open, next } = await serve(t);
  for (const headers of [{ 'content-length': '11' }, {}]) {
    const told = next();
    open(headers).write('more than t');
    await told;
  }
  t.deepEqual(seen, ['too large', 'too large']);
});

test('of a client that leaves there is no body', async (t) => {
  const { seen, open, next } = await serve(t);
  const told = next();
  const request = open({ 'content-length': '9' });
  request.write('half', () => request.destroy());
  await told;
  t.deepEqual(seen, ['left']);
});
