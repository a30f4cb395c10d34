// Requests go to the replica that is chosen, and what makes an agent choose another one.
import test from 'ava';
import type { SecureContext } from 'node:tls';
import type { Transport, TransportResponse } from '@gantry/api/client';
import type { NodeTransport } from '@gantry/api/node-transport';
import { TransportError, type TransportErrorCode } from '@gantry/api/transport-error';
import { silentLogger } from '@gantry/kit/logger';
import { connectAnyServer } from './any-server.ts';
import { createServerChoice, type ServerChoice } from './server-choice.ts';

const [A, B] = ['https://10.0.0.1:6443', 'https://10.0.0.2:6443'];
const REQUEST = { method: 'GET', path: '/' } as const;

async function* nothing(): AsyncGenerator<Uint8Array> {
  // No body.
}

interface Toy {
  transport: Transport;
  choice: ServerChoice;
  /** Servers that were asked, in order. */
  asked: string[];
  closed: string[];
}

/** @param first what becomes of the first request; the others are answered. */
function toy(first: number | Error): Toy {
  const [asked, closed]: [string[], string[]] = [[], []];
  const choice = createServerChoice(A, { random: { next: () => 0 }, logger: silentLogger });
  choice.hear(['10.0.0.1:6443', '10.0.0.2:6443']);
  const open = (server: string): NodeTransport => ({
    secureContext: {} as SecureContext,
    async transport(): Promise<TransportResponse> {
      const outcome = asked.push(server) === 1 ? first : 200;
      if (outcome instanceof Error) throw outcome;
      return { status: outcome, headers: {}, body: nothing() };
    },
    close: async () => void closed.push(server),
  });
  return { ...connectAnyServer(choice, open), choice, asked, closed };
}

for (const code of ['unreachable', 'timeout', 'connection-lost', 'tls-untrusted'] as TransportErrorCode[])
  test(`${code}: the request fails, the next one goes to another replica, and so do all after it`, async (t) => {
    const { transport, asked } = toy(new TransportError(code, 'gone'));
    await t.throwsAsync(transport(REQUEST), { message: 'gone' });
    await transport(REQUEST);
    await transport(REQUEST);
    t.deepEqual(asked, [A, B, B]);
  });

for (const status of [502, 503, 504])
  test(`a replica that answers ${status} is left; its answer is handed on`, async (t) => {
    const { transport, asked } = toy(status);
    t.is((await transport(REQUEST)).status, status);
    await transport(REQUEST);
    t.deepEqual(asked, [A, B]);
  });

for (const [what, first] of [
  ['a refusal', 403],
  ['too many requests', 429],
  ['an answer that cannot be read', new TransportError('answer-unreadable', 'odd')],
  ['a caller who gave up', new Error('enough')],
] as const)
  test(`${what} is no reason to leave`, async (t) => {
    const { transport, asked } = toy(first);
    await transport(REQUEST).catch(() => undefined);
    await transport(REQUEST);
    t.deepEqual(asked, [A, A]);
  });

test('connections to a replica that is there no more are closed', async (t) => {
  const { transport, choice, closed } = toy(503);
  await transport(REQUEST);
  await transport(REQUEST);
  choice.hear(['10.0.0.3:6443']);
  choice.giveUp(A);
  await transport(REQUEST);
  t.deepEqual(closed, [B]);
});
