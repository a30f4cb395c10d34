// Against plain HTTP servers: one that answers, one that knows nothing of explanations, one that breaks off.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { createClient } from '@gantry/api/http-client';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { nodeKind } from '@gantry/api/kinds/node';
import { createNodeTransport } from '@gantry/api/node-transport';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import type { CommandContext } from '../command.ts';
import type { Connection } from '../connect.ts';
import { explanationsOf, sentencesOf, whyWaiting } from './explanations-of.ts';
import { tellIfSlow } from './tell-if-slow.ts';

const WEB = { definition: deploymentKind, namespace: 'shop', name: 'web' };

async function against<T>(
  listener: RequestListener,
  ask: (connection: Connection) => Promise<T>,
): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = createNodeTransport({ server: `http://127.0.0.1:${port}`, userAgent: 'test' });
  try {
    // Only the client of a connection is used.
    return await ask({ client: createClient({ transport: transport.transport }) } as unknown as Connection);
  } finally {
    await transport.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const answering =
  (asked: string[], items: object[], headers: Record<string, string> = {}): RequestListener =>
  (request, response) => {
    asked.push(decodeURIComponent(request.url ?? ''));
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ kind: 'ExplanationList', items }));
  };

const item = (uid: string, ...sentences: string[]): object => ({ involvedObject: { uid }, sentences });

test('the object is asked about by kind and name, and an older one of its name is not meant', async (t) => {
  const asked: string[] = [];
  const items = [item('u1', 'a', 'b'), item('u0', 'stale'), item('u1', 'b', 'c')];
  const warning = { warning: '299 - "this replica does not lead"' };
  const answer = await against(answering(asked, items, warning), (connection) =>
    explanationsOf(connection, { ...WEB, uid: 'u1' }),
  );
  t.deepEqual(sentencesOf(answer.explanations), ['a', 'b', 'c']);
  t.deepEqual(answer.warnings, ['this replica does not lead']);
  await against(answering(asked, []), (connection) =>
    explanationsOf(connection, { definition: nodeKind, namespace: 'shop', name: 'n1' }),
  );
  t.deepEqual(asked, [
    '/apis/gantry.dev/v1alpha1/namespaces/shop/explanations?fieldSelector=involvedObject.kind=Deployment,involvedObject.name=web',
    '/apis/gantry.dev/v1alpha1/explanations?fieldSelector=involvedObject.kind=Node,involvedObject.name=n1',
  ]);
});

test('a control plane that does not serve it, refuses, or breaks off has nothing to say', async (t) => {
  const refusals: RequestListener[] = [
    (_request, response) => response.writeHead(404).end('404 page not found'),
    (_request, response) => response.writeHead(403).end('{}'),
    (_request, response) => response.writeHead(200).end('no json'),
    (request) => request.socket.destroy(),
  ];
  for (const refusal of refusals) {
    t.deepEqual(await against(refusal, (connection) => whyWaiting(connection, WEB)), []);
  }
});

test('a wait that is slow says once what it is about; one that is quick says nothing', async (t) => {
  const clock = new VirtualClock(0);
  const said: string[] = [];
  const io = { err: (text: string) => void said.push(text) } as CommandContext['io'];
  const why = (): Promise<string[]> => Promise.resolve(['kept until x', 'y']);
  t.is(await tellIfSlow({ clock, io }, 'a to be gone', why, () => Promise.resolve(1)), 1);
  clock.advance(10_000);
  t.deepEqual(said, []);
  let end: () => void = () => undefined;
  const waiting = tellIfSlow(
    { clock, io },
    'a to be gone',
    why,
    () => new Promise<void>((resolve) => (end = resolve)),
  );
  clock.advance(10_000);
  await new Promise((resolve) => setImmediate(resolve));
  end();
  await waiting;
  t.deepEqual(said, ['Still waiting for a to be gone: kept until x; y\n']);
});
