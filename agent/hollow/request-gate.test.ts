import test from 'ava';
import type { Transport } from '@gantry/api/client';
import { createRequestGate } from './request-gate.ts';

/** A server that answers when it is told to. */
function open(atOnce: number) {
  const asked: string[] = [];
  const answers = new Map<string, () => void>();
  const server: Transport = async ({ path }) => {
    asked.push(path);
    await new Promise<void>((resolve) => answers.set(path, resolve));
    return { status: 200, headers: {}, body: noBody() };
  };
  const transport = createRequestGate(atOnce).behind(server);
  const ask = (path: string, signal?: AbortSignal) =>
    transport({ method: 'GET', path, headers: {}, ...(signal === undefined ? {} : { signal }) });
  const answer = async (path: string): Promise<void> => {
    answers.get(path)?.();
    await settle();
  };
  return { ask, asked, answer };
}

async function* noBody(): AsyncGenerator<Uint8Array> {
  // Nothing.
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n';

test('no more are under way than may be, and each has its turn', async (t) => {
  const { ask, asked, answer } = open(2);
  const all = ['/a', '/b', '/c', '/d'].map((path) => ask(path));
  await settle();
  t.deepEqual(asked, ['/a', '/b']);
  await answer('/b');
  t.deepEqual(asked, ['/a', '/b', '/c']);
  await answer('/a');
  for (const path of ['/c', '/d']) await answer(path);
  await Promise.all(all);
  t.deepEqual(asked, ['/a', '/b', '/c', '/d']);
  const again = ask('/e');
  await settle();
  await answer('/e');
  t.is((await again).status, 200);
});

test('heartbeats go first', async (t) => {
  const { ask, asked, answer } = open(1);
  const all = ['/a', '/b', LEASE].map((path) => ask(path));
  await settle();
  for (const path of ['/a', LEASE, '/b']) await answer(path);
  await Promise.all(all);
  t.deepEqual(asked, ['/a', LEASE, '/b']);
});

test('who does not want to wait any more takes no place', async (t) => {
  const { ask, asked, answer } = open(1);
  const first = ask('/a');
  const end = new AbortController();
  const left = ask('/b', end.signal);
  const last = ask('/c');
  await settle();
  end.abort(new Error('late'));
  await t.throwsAsync(left, { message: 'late' });
  await t.throwsAsync(ask('/d', end.signal), { message: 'late' });
  await answer('/a');
  await first;
  await answer('/c');
  await last;
  t.deepEqual(asked, ['/a', '/c']);
});

test('a request that fails gives its place back', async (t) => {
  const broken = createRequestGate(1).behind(() => Promise.reject(new Error('broken')));
  const ask = () => broken({ method: 'GET', path: '/', headers: {} });
  await t.throwsAsync(ask(), { message: 'broken' });
  await t.throwsAsync(ask(), { message: 'broken' });
});
