import test from 'ava';
import type { Transport, TransportRequest } from './client.ts';
import { defineKind } from './definition.ts';
import { createClient } from './http-client.ts';
import type { AnyObject } from './meta.ts';
import { struct } from './schema.ts';
import { isNotFound, notFound, StatusError } from './status-error.ts';
import type { TransportError } from './transport-error.ts';

const thingKind = defineKind<AnyObject>({
  ...{
    group: 'gantry.dev',
    version: 'v1',
    kind: 'Thing',
    resource: 'things',
    singular: 'thing',
    shortNames: [],
  },
  ...{ categories: [], namespaced: true, schema: struct('Thing', 'A thing.', {}), description: 'A thing.' },
  ...{ subresources: { status: true }, hasGeneration: false, columns: [], selectableFields: {} },
});
const thing: AnyObject = {
  apiVersion: 'gantry.dev/v1',
  kind: 'Thing',
  metadata: { namespace: 'a', name: 'x' },
};
const PATH = '/apis/gantry.dev/v1/namespaces/a/things';

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Records what is asked and answers the same each time; strings go out as they are. */
function served(answer: Answer): { transport: Transport; asked: TransportRequest[] } {
  const asked: TransportRequest[] = [];
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
  return {
    asked,
    transport: async (request) => {
      asked.push(request);
      return { status: answer.status ?? 200, headers: answer.headers ?? {}, body: bytes(text) };
    },
  };
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const told = ({ method, path, headers, body }: TransportRequest): unknown[] => {
  const sent: unknown = typeof body === 'string' ? JSON.parse(body) : undefined;
  return sent === undefined ? [method, path] : [method, path, headers?.['content-type'], sent];
};

test('each verb has its method, path, query and body', async (t) => {
  const { transport, asked } = served({ body: thing });
  const client = createClient({ transport, fieldManager: 'tester' });
  const key = { namespace: 'a', name: 'x' };
  await client.get(thingKind, key);
  await client.list(thingKind, { namespace: 'a', labelSelector: 'a in (b)', limit: 5, continue: 'more' });
  await client.list(thingKind);
  await client.create(thingKind, thing, { dryRun: true, fieldValidation: 'Strict' });
  await client.update(thingKind, thing, { subresource: 'status', fieldManager: 'other' });
  await client.patch(thingKind, key, 'apply', thing, { force: true });
  await client.patch(thingKind, key, 'merge', { a: 1 });
  await client.delete(thingKind, key, {
    propagationPolicy: 'Orphan',
    preconditions: { uid: 'u' },
    dryRun: true,
  });
  const json = 'application/json';
  t.deepEqual(asked.map(told), [
    ['GET', `${PATH}/x`],
    ['GET', `${PATH}?labelSelector=a+in+%28b%29&limit=5&continue=more`],
    ['GET', '/apis/gantry.dev/v1/things'],
    ['POST', `${PATH}?dryRun=All&fieldManager=tester&fieldValidation=Strict`, json, thing],
    ['PUT', `${PATH}/x/status?fieldManager=other`, json, thing],
    ['PATCH', `${PATH}/x?fieldManager=tester&force=true`, 'application/apply-patch+yaml', thing],
    ['PATCH', `${PATH}/x?fieldManager=tester`, 'application/merge-patch+json', { a: 1 }],
    [
      ...['DELETE', `${PATH}/x`, json],
      {
        ...{
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          propagationPolicy: 'Orphan',
          preconditions: { uid: 'u' },
        },
        dryRun: ['All'],
      },
    ],
  ]);
});

test('a list names the kind of its items, its revision and how to go on', async (t) => {
  const items = [{ metadata: { name: 'x' } }];
  const page = { items, metadata: { resourceVersion: '7', continue: 'more' } };
  const typed = { apiVersion: 'gantry.dev/v1', kind: 'Thing', metadata: { name: 'x' } };
  const first = await createClient(served({ body: page })).list(thingKind);
  t.deepEqual(first, { items: [typed], resourceVersion: '7', continue: 'more' });
  const empty = await createClient(
    served({ body: { items: null, metadata: { resourceVersion: '7' } } }),
  ).list(thingKind);
  t.deepEqual(empty, { items: [], resourceVersion: '7' });
});

test('a watch yields each line, and throws what the server reports', async (t) => {
  const added = { type: 'ADDED', object: thing };
  const gone = {
    type: 'ERROR',
    object: { ...notFound(thingKind, 'x').status, code: 410, reason: 'Expired' },
  };
  const { transport, asked } = served({
    body: [added, added, gone].map((event) => JSON.stringify(event)).join('\n'),
  });
  const seen: unknown[] = [];
  const error = await t.throwsAsync<StatusError>(async () => {
    const events = createClient({ transport }).watch(thingKind, { namespace: 'a', resourceVersion: '3' });
    for await (const event of events) seen.push(event);
  });
  t.deepEqual(seen, [added, added]);
  t.is(error.status.code, 410);
  t.is(asked[0]?.path, `${PATH}?resourceVersion=3&watch=true&allowWatchBookmarks=true`);
  t.is(asked[0]?.bodyIdleTimeoutMs, undefined);
});

test('a refusal becomes a StatusError, whatever the body is', async (t) => {
  const refused = async (answer: Answer): Promise<StatusError> => {
    const error = await t.throwsAsync<StatusError>(
      createClient(served(answer)).get(thingKind, { namespace: 'a', name: 'x' }),
    );
    t.true(error instanceof StatusError);
    return error;
  };
  const known = await refused({ status: 404, body: notFound(thingKind, 'x').status });
  t.true(isNotFound(known));
  t.is(known.message, 'things.gantry.dev "x" not found');
  const page = await refused({ status: 502, body: '<html>bad gateway</html>' });
  t.like(page.status, { code: 502, reason: 'Unknown', message: '<html>bad gateway</html>' });
  const mute = await refused({ status: 503, body: '', headers: { 'retry-after': '3' } });
  t.like(mute.status, { code: 503, reason: 'ServiceUnavailable', details: { retryAfterSeconds: 3 } });
});

test('an answer that is no JSON is a failure of the transport', async (t) => {
  const get = createClient(served({ body: '{"half":' })).get(thingKind, { namespace: 'a', name: 'x' });
  t.is((await t.throwsAsync<TransportError>(get)).code, 'answer-unreadable');
});

test('warnings reach who wrote', async (t) => {
  const { transport } = served({
    body: thing,
    headers: { warning: '299 - "unknown field", 299 - "another"' },
  });
  const warnings: string[] = [];
  await createClient({ transport }).create(thingKind, thing, {
    onWarning: (sentence) => warnings.push(sentence),
  });
  t.deepEqual(warnings, ['unknown field', 'another']);
});
