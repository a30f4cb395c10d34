// Flags on a node: evaluated from what it knows, with the control plane and without, by the letter of OFREP and by
// OpenFeature's own provider; changes told; bounds kept.
import { createServer, request as httpRequest } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { createClient } from '@gantry/api/http-client';
import { CONTEXT_BYTES_MAX } from '@gantry/api/flags/limits';
import type { FeatureFlag } from '@gantry/api/kinds/feature-flag';
import { silentLogger } from '@gantry/kit/logger';
import { seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { emptyCheckpoints } from '../machine/hollow/hollow-machine.ts';
import { diskMachine } from '../services/test-machine.ts';
import { createToyApi } from '../toy/toy-api.ts';
import { NOW_MS } from '../toy/toy-observed.ts';
import { createNodeFlags, STALE_AFTER_MS } from './node-flags.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const BOOLEAN = { state: 'ENABLED' as const, variants: { on: true, off: false } };
const ROOT = '/ofrep/v1/evaluate/flags';

function flagsObject(name: string, flags: FeatureFlag['spec']['flagSpec']['flags'], namespace = 'default') {
  const metadata = { name, namespace, uid: `${namespace}-${name}`, generation: 1 };
  return { apiVersion: 'gantry.dev/v1alpha1', kind: 'FeatureFlag', metadata, spec: { flagSpec: { flags } } };
}
const checkout = (defaultVariant: string) => flagsObject('web', { checkout: { ...BOOLEAN, defaultVariant } });

function open(t: ExecutionContext) {
  const clock = new VirtualClock(NOW_MS);
  const api = createToyApi();
  const checkpoints = emptyCheckpoints();
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50);
      for (let round = 0; round < 5; round += 1) await settle();
    }
  };
  /** An agent's part, as each start makes it anew. */
  const start = async (at: { address?: string; port?: number } = {}) => {
    const end = new AbortController();
    let port = 0;
    const flags = createNodeFlags({
      ...{ clock, random: seededRandom(1), logger: silentLogger, heartbeatIntervalMs: 1_000 },
      machine: diskMachine(clock, checkpoints),
      client: createClient({ transport: api.transport }),
      ...{ address: '127.0.0.1', port: 0, ...at },
      onListening: (one) => (port = one),
    });
    const done = flags.run(end.signal);
    const stop = async (): Promise<void> => {
      end.abort(new Error('stop'));
      await pass(100);
      await done;
    };
    t.teardown(() => (end.signal.aborted ? undefined : stop()));
    for (let tries = 0; tries < 20 && (port === 0 || tries < 4); tries += 1) {
      await pass(50);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const url = `http://127.0.0.1:${port}`;
    const ask = async (path: string, body: unknown = {}, headers: Record<string, string> = {}) => {
      const answer = await fetch(`${url}${path}`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await answer.text();
      const read = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
      return { code: answer.status, body: read, headers: answer.headers };
    };
    return { flags, url, ask, stop };
  };
  return { clock, api, checkpoints, pass, start };
}

test('flags are evaluated from what the API has told, each change at once, by namespace', async (t) => {
  const { api, pass, start } = open(t);
  api.put('featureflags', checkout('off'));
  api.put('featureflags', flagsObject('theirs', { checkout: { ...BOOLEAN, defaultVariant: 'on' } }, 'team'));
  const node = await start();
  t.like(await node.ask(`${ROOT}/checkout`), { code: 200, body: { value: false, reason: 'STATIC' } });
  t.like(await node.ask(`/namespaces/team${ROOT}/checkout`), { code: 200, body: { value: true } });
  t.like(await node.ask(`/namespaces/nowhere${ROOT}/checkout`), { code: 404 });
  t.regex(
    node.flags.metricsText() ?? '',
    /\{namespace="team",feature_flag="theirs",version="1",flag="checkout",variant="on",reason="STATIC"\} 1\n/,
  );
  api.put('featureflags', checkout('on'));
  await pass(50);
  t.like(await node.ask(`${ROOT}/checkout`), { body: { value: true, reason: 'STATIC' } });
  api.remove('featureflags', 'web');
  await pass(50);
  t.like(await node.ask(`${ROOT}/checkout`), { code: 404, body: { errorCode: 'FLAG_NOT_FOUND' } });
});

test('all flags, with a tag by which nothing is sent twice', async (t) => {
  const { api, start } = open(t);
  api.put('featureflags', checkout('off'));
  const node = await start();
  const first = await node.ask(ROOT);
  t.like(first.body, { eventStreams: [{ type: 'sse', endpoint: { requestUri: '/ofrep/v1/stream' } }] });
  const tag = first.headers.get('etag') ?? '';
  t.is((await node.ask(ROOT, {}, { 'if-none-match': tag })).code, 304);
});

test('with the control plane away decisions go on, STALE after a while; a new agent has them from the disk', async (t) => {
  const { api, pass, start } = open(t);
  api.put('featureflags', checkout('on'));
  const first = await start();
  first.flags.noteAnswer();
  api.isAway = true;
  await pass(1_000);
  t.like(await first.ask(`${ROOT}/checkout`), { body: { value: true, reason: 'STATIC' } });
  await pass(STALE_AFTER_MS);
  t.like(await first.ask(`${ROOT}/checkout`), { body: { value: true, variant: 'on', reason: 'STALE' } });
  await first.stop();
  const second = await start();
  t.like(await second.ask(`${ROOT}/checkout`), { body: { value: true, reason: 'STALE' } });
  t.like(await second.ask(`${ROOT}/nothing`), { code: 404 });
  api.isAway = false;
  second.flags.retryNow();
  await pass(1_000);
  t.like(await second.ask(`${ROOT}/checkout`), { body: { value: true, reason: 'STATIC' } });
});

test('what was deleted while the agent was away is forgotten', async (t) => {
  const { api, checkpoints, pass, start } = open(t);
  api.put('featureflags', checkout('on'));
  const first = await start();
  await pass(1_000);
  await first.stop();
  api.remove('featureflags', 'web');
  const second = await start();
  await pass(1_000);
  t.is((await second.ask(`${ROOT}/checkout`)).code, 404);
  t.deepEqual([...checkpoints.flags.keys()], ['whole']);
});

test('a node that has never heard of any flags says so, and does not say that there are none', async (t) => {
  const { api, start } = open(t);
  api.isAway = true;
  const node = await start();
  const answer = await node.ask(`${ROOT}/checkout`);
  t.is(answer.code, 503);
  t.is(answer.headers.get('retry-after'), '1');
  t.deepEqual(Object.keys(answer.body ?? {}), ['errorDetails']);
});

test('what cannot be answered is refused in words of OFREP', async (t) => {
  const { api, start } = open(t);
  api.put('featureflags', checkout('on'));
  const node = await start();
  t.like(await node.ask(`${ROOT}/checkout`, '{'), { code: 400, body: { errorCode: 'PARSE_ERROR' } });
  t.like(await node.ask(`${ROOT}/checkout`, []), { code: 400, body: { errorCode: 'INVALID_CONTEXT' } });
  const large = { context: { a: 'x'.repeat(CONTEXT_BYTES_MAX) } };
  t.is((await node.ask(`${ROOT}/checkout`, large)).code, 413);
  t.is((await node.ask(`${ROOT}/checkout`, { context: { a: Array(1_000).fill(1) } })).code, 413);
  const deep = `{"context":{"a":${'['.repeat(100)}${']'.repeat(100)}}}`;
  t.like(await node.ask(`${ROOT}/checkout`, deep), { code: 400, body: { errorCode: 'INVALID_CONTEXT' } });
  t.is((await node.ask('/elsewhere')).code, 404);
  const get = await fetch(`${node.url}${ROOT}/checkout`);
  t.is(get.status, 405);
  t.is(get.headers.get('allow'), 'POST');
  t.is((await node.ask(ROOT, {}, { 'content-encoding': 'gzip' })).code, 415);
  t.like(await node.ask(`${ROOT}/checkout`), { code: 200 }, 'and the next one is served');
});

test('a large body without a length is answered before its end', async (t) => {
  const { start } = open(t);
  const node = await start();
  const code = await new Promise((resolve, reject) => {
    const sent = httpRequest(`${node.url}${ROOT}`, { method: 'POST' }, (answer) => {
      resolve(answer.statusCode);
      answer.resume();
      sent.destroy();
    });
    sent.on('error', reject);
    sent.write('x'.repeat(CONTEXT_BYTES_MAX + 1));
  });
  t.is(code, 413);
});

test('clients of the stream are told of changes of their namespace, and of those they missed', async (t) => {
  const { api, pass, start } = open(t);
  api.put('featureflags', checkout('off'));
  const node = await start();
  const follow = async (lastEventId?: string) => {
    const abort = new AbortController();
    t.teardown(() => abort.abort());
    const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const answer = await fetch(`${node.url}/ofrep/v1/stream`, { headers, signal: abort.signal });
    t.is(answer.headers.get('content-type'), 'text/event-stream');
    let text = '';
    void (async () => {
      for await (const chunk of answer.body ?? []) text += Buffer.from(chunk as Uint8Array).toString();
    })().catch(() => undefined);
    const until = async (pattern: RegExp) => {
      for (let tries = 0; tries < 100 && !pattern.test(text); tries += 1) {
        await pass(50);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return t.regex(text, pattern);
    };
    return { until, text: () => text };
  };
  const stream = await follow();
  await stream.until(/retry: 1000\nid: (\S+)\n/);
  t.notRegex(stream.text(), /data:/);
  const [, seen = ''] = /id: (\S+)/.exec(stream.text()) ?? [];
  api.put('featureflags', flagsObject('other', {}, 'team'));
  await pass(100);
  t.notRegex(stream.text(), /data:/);
  api.put('featureflags', checkout('on'));
  await stream.until(
    /event: message\ndata: \{"type":"refetchEvaluation","etag":"\\"[\d-]+\\"","lastModified":\d+\}/,
  );
  await pass(15_000);
  await stream.until(/: still here/);
  await (await follow(seen)).until(/refetchEvaluation/);
});

test('a taken port is a fault that is told, and served once it is free', async (t) => {
  const { pass, start } = open(t);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const node = await start({ port });
  for (let tries = 0; tries < 8; tries += 1) {
    await pass(1_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  t.regex(node.flags.error() ?? '', /flags are not evaluated at 127\.0\.0\.1:\d+: .*EADDRINUSE/);
  await new Promise((resolve) => taken.close(resolve));
  for (let tries = 0; tries < 4; tries += 1) {
    await pass(1_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  t.is(node.flags.error(), undefined);
});

test.serial("OpenFeature's SDK with its own provider, unmodified, against a node", async (t) => {
  const { api, pass, start } = open(t);
  api.put('featureflags', checkout('on'));
  api.put(
    'featureflags',
    flagsObject(
      'shop',
      { limit: { state: 'ENABLED', variants: { low: 10 }, defaultVariant: 'low' } },
      'team',
    ),
  );
  const node = await start();
  await OpenFeature.setProviderAndWait('node', new OFREPProvider({ baseUrl: node.url }));
  const team = new OFREPProvider({ baseUrl: `${node.url}/namespaces/team` });
  await OpenFeature.setProviderAndWait('team', team);
  const client = OpenFeature.getClient('node');
  t.like(await client.getBooleanDetails('checkout', false), { value: true, variant: 'on', reason: 'STATIC' });
  t.like(await client.getStringDetails('checkout', 'x'), { value: 'x', errorCode: 'TYPE_MISMATCH' });
  t.like(await client.getBooleanDetails('chekout', true), { value: true, errorCode: 'FLAG_NOT_FOUND' });
  t.is(await OpenFeature.getClient('team').getNumberValue('limit', 1), 10);
  api.isAway = true;
  await pass(STALE_AFTER_MS + 1_000);
  t.like(await client.getBooleanDetails('checkout', false), { value: true, reason: 'STALE' });
  await OpenFeature.close();
});
