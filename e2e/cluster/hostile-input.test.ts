// Long lists and hostile input against the control plane as it runs for users: its own process, TLS, real etcd.
import test from 'ava';
import { configMapKind, type ConfigMap } from '@gantry/api/kinds/config-map';
import { namespaceKind } from '@gantry/api/kinds/namespace';
import { startLocalWorld, type LocalWorld } from './local-world.ts';

let world: LocalWorld;
/** In the store `long-b/` comes before `long/`. */
const NAMESPACES = ['long-b', 'long'];
const EACH = 600;
const PAGE = 250;

test.before(async () => {
  world = await startLocalWorld({ agents: [] });
  for (const name of NAMESPACES) {
    await world.client.create(namespaceKind, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
});

test.after.always(async () => {
  await world?.stop();
});

const nameOf = (index: number): string => `m${String(index).padStart(4, '0')}`;

function make(namespace: string, name: string): Promise<ConfigMap> {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name } };
  return world.client.create<ConfigMap>(configMapKind, object);
}

interface Answer {
  code: number;
  text: string;
  body: {
    message?: string;
    metadata?: { continue?: string; remainingItemCount?: number; resourceVersion?: string };
    items?: { metadata: { namespace: string; name: string } }[];
  };
}

async function call(method: string, path: string, body?: string, headers = {}): Promise<Answer> {
  const answer = await world.client.raw({
    method,
    path,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return { code: answer.status, text, body: JSON.parse(text) as Answer['body'] };
}

/** All names of the long namespaces, page by page; `between` runs after each page. */
async function walk(query: string, between: (page: number) => Promise<unknown>): Promise<string[]> {
  const names: string[] = [];
  const revisions = new Set<string | undefined>();
  let token: string | undefined = '';
  for (let page = 1; token !== undefined; page++) {
    const more: string = token === '' ? '' : `&continue=${encodeURIComponent(token)}`;
    const { code, body, text }: Answer = await call('GET', `/api/v1/configmaps?limit=${PAGE}${query}${more}`);
    if (code !== 200) throw new Error(text);
    for (const { metadata } of body.items ?? []) names.push(`${metadata.namespace}/${metadata.name}`);
    revisions.add(body.metadata?.resourceVersion);
    token = body.metadata?.continue;
    await between(page);
  }
  if (revisions.size !== 1) throw new Error(`${revisions.size} revisions`);
  return names.filter((name) => name.startsWith('long'));
}

test.serial('pages from the cache and pages from etcd’s history are one list', async (t) => {
  const wanted: string[] = [];
  for (const namespace of NAMESPACES) {
    for (let index = 0; index < EACH; index += 50) {
      const names = Array.from({ length: 50 }, (_, each) => nameOf(index + each));
      await Promise.all(names.map((name) => make(namespace, name)));
      wanted.push(...names.map((name) => `${namespace}/${name}`));
    }
  }
  t.deepEqual(await walk('', async () => undefined), wanted);
  const changed = await walk('', async (page) => {
    await make('long', `a-new-${page}`);
    await world.client.delete(configMapKind, { namespace: 'long', name: nameOf(EACH - page) });
  });
  t.deepEqual(changed, wanted);
  const { body } = await call('GET', '/api/v1/configmaps');
  t.true((body.items?.length ?? 0) >= NAMESPACES.length * EACH);
});

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const wide = `{${Array.from({ length: 60_000 }, (_, index) => `"f${index}":1`).join(',')}}`;
const deep = `{"metadata":{"name":"hostile"},"data":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;

const rows: [
  what: string,
  method: string,
  path: string,
  body: string | undefined,
  code: number,
  says: RegExp,
][] = [
  ['60,000 fields', 'POST', CONFIG_MAPS, wide, 413, /limit is 50000 fields/],
  ['50,000 levels', 'POST', CONFIG_MAPS, deep, 400, /nested deeper than/],
  ['truncated JSON', 'POST', CONFIG_MAPS, '{"metadata":', 400, /no valid JSON/],
  ['a name with NUL', 'POST', CONFIG_MAPS, '{"metadata":{"name":"hostile\\u0000"}}', 422, /lower case/],
  ['a path as a name', 'POST', CONFIG_MAPS, '{"metadata":{"name":"../hostile"}}', 422, /lower case/],
  ['an encoded slash', 'GET', '/api/v1/secrets/kube-system%2Fx', undefined, 404, /could not find/],
  ['a value over etcd’s bound', 'POST', CONFIG_MAPS, tooLong(), 422, /at most 1048576 bytes/],
  ['a limit that is none', 'GET', `${CONFIG_MAPS}?limit=-1`, undefined, 400, /whole number/],
  [
    'a revision from elsewhere',
    'GET',
    `${CONFIG_MAPS}?resourceVersion=999999999&limit=1`,
    undefined,
    504,
    /Too large resource version/,
  ],
  [
    'a selector that is none',
    'GET',
    `${CONFIG_MAPS}?fieldSelector=a%3D%3D%3Db`,
    undefined,
    400,
    /field selector/,
  ],
];

function tooLong(): string {
  return JSON.stringify({ metadata: { name: 'hostile' }, data: { a: 'x'.repeat(2_000_000) } });
}

for (const [what, method, path, body, code, says] of rows) {
  test.serial(`hostile: ${what}`, async (t) => {
    const answer = await call(method, path, body);
    t.is(answer.code, code, answer.text.slice(0, 500));
    t.regex(answer.body.message ?? '', says);
    t.is((await call('GET', `${CONFIG_MAPS}/hostile`)).code, 404);
  });
}

test.serial(
  'after all that the control plane is the same process, ready and without a bug in its log',
  async (t) => {
    t.is((await call('GET', '/version')).code, 200);
    t.true(process.kill(world.pidOf('control-plane'), 0));
    t.notRegex(world.logOf('control-plane'), /failed by a bug|uncaught|unhandled/i);
  },
);
