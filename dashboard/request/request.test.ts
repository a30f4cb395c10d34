import test from 'ava';
import { createRequest, warningsOf } from './request.ts';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });

test('a refusal is a value with the sentence of the server', async (t) => {
  const request = createRequest(
    async () => answer(409, { kind: 'Status', reason: 'Conflict', message: 'it has changed' }),
    () => t.fail(),
  );
  t.deepEqual(await request('/x'), { ok: false, code: 409, reason: 'Conflict', message: 'it has changed' });
});

test('a session that is no longer good is told of', async (t) => {
  let ended = 0;
  const request = createRequest(
    async () => answer(401, { message: 'Unauthorized' }),
    () => (ended += 1),
  );
  t.false((await request('/x')).ok);
  t.is(ended, 1);
});

test('an unreachable server is a value too', async (t) => {
  const request = createRequest(
    () => Promise.reject(new TypeError('Failed to fetch')),
    () => t.fail(),
  );
  const outcome = await request('/x');
  t.deepEqual(outcome, {
    ...{ ok: false, code: 0, reason: 'Unreachable' },
    message: 'the control plane cannot be reached: Failed to fetch',
  });
});

test('every request proves that it is of this page', async (t) => {
  t.plan(2);
  const request = createRequest(
    async (_, init) => {
      t.is(new Headers(init?.headers).get('X-Gantry-Dashboard'), '1');
      t.is(init?.credentials, 'same-origin');
      return answer(200, {});
    },
    () => t.fail(),
  );
  await request('/x', { method: 'POST', body: {} });
});

test('warnings are read, with quotes in them', (t) => {
  t.deepEqual(warningsOf('299 - "spec.a is \\"kept\\"", 299 - "second"'), ['spec.a is "kept"', 'second']);
  t.deepEqual(warningsOf(null), []);
});
