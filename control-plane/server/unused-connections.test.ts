import { once } from 'node:events';
import { createServer, request as plainRequest, type Server } from 'node:http';
import { createServer as createTlsServer, request as tlsRequest } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import test from 'ava';
import { systemClock } from '@gantry/kit/clock';
import { seededRandom } from '@gantry/kit/random';
import { createAuthority, issueKeyPair } from '../auth/certificates.ts';
import { trackUnused } from './unused-connections.ts';

async function tlsFiles(): Promise<{ key: string; cert: string }> {
  const inputs = { nowMs: systemClock.nowMs(), random: seededRandom(3) };
  const authority = await createAuthority('ca', 10, inputs);
  const leaf = { commonName: 'server', organizations: [], usage: 'server', validDays: 1 } as const;
  const pair = await issueKeyPair(authority, { ...leaf, dnsNames: [], ipAddresses: ['127.0.0.1'] }, inputs);
  return { key: pair.key, cert: pair.certificate };
}

for (const [name, make, isTls] of [
  ['plain', async () => createServer(), false],
  ['TLS', async (): Promise<Server> => createTlsServer(await tlsFiles()), true],
] as const) {
  test(`${name}: only those end that carried no request`, async (t) => {
    const server = await make();
    t.teardown(() => server.closeAllConnections());
    const unused = trackUnused(server);
    server.on('request', (request, response) => {
      if (request.url === '/done') response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const to = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, rejectUnauthorized: false };
    const ask = (path: string) =>
      (isTls ? tlsRequest : plainRequest)({ ...to, path, agent: false })
        .on('error', () => undefined)
        .end();
    const waiting = ask('/waiting');
    await once(server, 'request');
    const silent = [connect(to), ...(isTls ? [connectTls(to)] : [])];
    const gone = silent.map((socket) => once(socket.on('error', () => undefined).resume(), 'close'));
    await Promise.all(silent.map((socket, at) => once(socket, at === 0 ? 'connect' : 'secureConnect')));
    const connections = 1 + silent.length;
    while ((await countOf(server)) < connections) await new Promise((resolve) => setImmediate(resolve));
    unused.end();
    await Promise.all(gone);
    t.is(await countOf(server), 1);
    t.false(waiting.socket?.destroyed);
    server.close();
  });
}

function countOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
}
