// Bad input of every sort against a real cluster, through `gantry` as a user has it: the words, the exit code, and
// that nothing half-done stays behind.
import test from 'ava';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configMapKind, type ConfigMap } from '@gantry/api/kinds/config-map';
import { createClient } from '@gantry/api/http-client';
import { createNodeTransport } from '@gantry/api/node-transport';
import { StatusError } from '@gantry/api/status-error';
import { createAuthority, issueKeyPair } from '@gantry/control-plane/auth/certificates';
import { systemRandom } from '@gantry/kit/random';
import { createTokens } from '@gantry/control-plane/auth/tokens';
import { EXIT } from '@gantry/ctl/command';
import { readKubeconfig, accessFrom } from '@gantry/ctl/kubeconfig';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { waitFor } from './local-world.ts';
import { container, deploymentOf, isReady, openStage, podOf, type Ran, type Stage } from './stage.ts';

let stage: Stage;
const NS = 'default';
/** How often a write may come too late for a busy store. */
const LATE_STORE_MAX = 5;
const ADMIN = { name: 'late', groups: ['system:masters'] };

test.before(async () => {
  stage = await openStage({ agents: ['n1'] });
});

test.after.always(async () => {
  await stage?.close();
});

async function applyText(name: string, text: string): Promise<Ran> {
  const file = join(mkdtempSync(join(stage.world.folder, 'manifest-')), name);
  writeFileSync(file, text);
  return stage.gantry(['apply', '-f', file]);
}

async function isThere(name: string): Promise<boolean> {
  const { items } = await stage.client.list<ConfigMap>(configMapKind, { namespace: NS });
  return items.some(({ metadata }) => metadata.name === name);
}

const configMap = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;

/**
 * Why the container of a pod waited, one after the other, up to `last`. Followed, not sampled; on a busy machine the agent
 * itself may pass over a state that it would have shown for a second.
 */
async function waitingReasons(name: string, last: string): Promise<string[]> {
  const seen: string[] = [];
  const options = {
    namespace: NS,
    fieldSelector: `metadata.name=${name}`,
    signal: AbortSignal.timeout(90_000),
  };
  const first = await stage.client.list<Pod>(podKind, options);
  const note = (pod: Pod | undefined): boolean => {
    const reason = pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason;
    if (reason !== undefined && seen.at(-1) !== reason) seen.push(reason);
    return reason === last;
  };
  if (note(first.items[0])) return seen;
  const { resourceVersion } = first;
  for await (const { object } of stage.client.watch<Pod>(podKind, { ...options, resourceVersion })) {
    if (note(object)) return seen;
  }
  throw new Error(`the watch ended before ${last}: ${seen.join()}`);
}

/** Those of `order` that were seen: a state may be passed over, but none comes before its time, or twice. */
function inOrder(seen: readonly string[], order: readonly string[]): string[] {
  return order.filter((one) => seen.includes(one));
}

/** What `gantry apply` is given, and what it must say. Each names the ConfigMap `bad`, which must not come to be. */
const REFUSED: readonly { what: string; text: string; says: RegExp }[] = [
  { what: 'YAML that does not parse', text: `${configMap('bad')}data: {a: [1\n`, says: /bad\.yaml:\d+:\d+/ },
  { what: 'a duplicate key', text: configMap('bad', 'data: {}\ndata: {}\n'), says: /bad\.yaml:6:1.*data/s },
  { what: 'a wrong type', text: configMap('bad', 'data: {a: 1}\n'), says: /data\.a|data\[a\]/ },
  { what: 'an unknown field', text: configMap('bad', 'dta: {}\n'), says: /dta.*data/s },
  { what: 'a bad name', text: configMap('Bad_Name'), says: /metadata\.name.*lower/s },
  {
    what: 'a bad label',
    text: configMap('bad', '  labels: {a: "no spaces here"}\n'),
    says: /metadata\.labels/,
  },
  {
    what: 'an unknown kind',
    text: configMap('bad').replace('ConfigMap', 'ConfigMop'),
    says: /did you mean ConfigMap/,
  },
];

for (const { what, text, says } of REFUSED) {
  test(`${what} is refused with its place and its reason`, async (t) => {
    const ran = await applyText('bad.yaml', text);
    t.is(ran.code, EXIT.invalid, ran.err);
    t.regex(ran.err, says);
    t.notRegex(ran.err, /\bat .*\.[jt]s:\d+/, 'no stack');
    t.false(await isThere('bad'));
  });
}

test('one bad document of several is named; the others are applied and reported one by one', async (t) => {
  const text = [configMap('first'), configMap('second', 'dta: {}\n'), configMap('third')].join('---\n');
  const ran = await applyText('many.yaml', text);
  t.is(ran.code, EXIT.invalid);
  t.regex(ran.out, /configmap\/first created/);
  t.regex(ran.out, /configmap\/third created/);
  t.regex(ran.err, /many\.yaml:6.*dta/s);
  t.regex(ran.err, /1 of 3 could not be applied/);
  t.false(await isThere('second'));
});

test('quantities, selectors and immutable fields are checked', async (t) => {
  const nonsense = { containers: [container(undefined, { resources: { limits: { memory: '12 apples' } } })] };
  const cases: [object, RegExp][] = [
    [podOf('bad-quantity', nonsense), /limits.*memory.*12 apples/s],
    [deploymentOf('bad-selector', 1, { selector: { matchLabels: { app: 'other' } } }), /selector/],
  ];
  for (const [object, says] of cases) {
    const ran = await stage.gantry(['apply', '-f', '-'], JSON.stringify(object));
    t.is(ran.code, EXIT.invalid, ran.err);
    t.regex(ran.err, says);
  }
  t.is((await stage.gantry(['get', 'deployment', 'bad-selector'])).code, EXIT.notFound);
  t.is((await stage.gantry(['get', 'pod', 'bad-quantity'])).code, EXIT.notFound);

  await stage.apply(NS, deploymentOf('fixed', 0));
  const other = { app: 'moved' };
  const moved = deploymentOf('fixed', 0, {
    selector: { matchLabels: other },
    template: { metadata: { labels: other }, spec: { containers: [container()] } },
  });
  const ran = await stage.gantry(['apply', '-f', '-'], JSON.stringify(moved));
  t.is(ran.code, EXIT.invalid, ran.err);
  t.regex(ran.err, /spec\.selector.*immutable/s);
});

test('a stale resourceVersion is a conflict, and the newer value stays', async (t) => {
  const base = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: NS, name: 'shared' } };
  const first = await stage.client.create<ConfigMap>(configMapKind, { ...base, data: { a: '1' } });
  await stage.client.update<ConfigMap>(configMapKind, { ...first, data: { a: '2' } });
  const error = await t.throwsAsync(
    stage.client.update<ConfigMap>(configMapKind, { ...first, data: { a: '3' } }),
  );
  t.regex(error.message, /modified|changed/);
  const now = await stage.client.get<ConfigMap>(configMapKind, { namespace: NS, name: 'shared' });
  t.is(now.data?.['a'], '2');
});

test('a body above 3 MiB is refused with 413', async (t) => {
  const answer = await stage.client.raw({
    method: 'POST',
    path: `/api/v1/namespaces/${NS}/configmaps`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'huge' },
      data: { a: 'x'.repeat(3 * 1024 * 1024) },
    }),
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  t.is(answer.status, 413);
  t.regex(Buffer.concat(chunks).toString(), /too large|3 ?MiB|3145728/i);
  t.false(await isThere('huge'));
});

test('an image that cannot be pulled: ErrImagePull, then ImagePullBackOff, with Events', async (t) => {
  // Port 1 of this machine refuses at once: no registry outside is asked.
  const image = '127.0.0.1:1/nobody/nothing:1';
  await stage.make(
    NS,
    podOf('no-image', { containers: [container(undefined, { image, imagePullPolicy: 'IfNotPresent' })] }),
    podOf('never', { containers: [container(undefined, { image: 'gantry.local/none:1' })] }),
  );
  const reasons = await waitingReasons('no-image', 'ImagePullBackOff');
  t.deepEqual(reasons, inOrder(reasons, ['ContainerCreating', 'ErrImagePull', 'ImagePullBackOff']));
  await stage.eventUntil(NS, 'no-image', 'Failed', /^Error: ErrImagePull/);
  await stage.eventUntil(NS, 'no-image', 'Failed', /Failed to pull image "127\.0\.0\.1:1.*refused/);
  await stage.eventUntil(NS, 'no-image', 'BackOff', /Back-off pulling image/);
  await stage.podUntil(
    NS,
    'never',
    ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImageNeverPull',
  );
  t.is((await stage.gantry(['delete', 'pod', 'no-image', 'never'])).code, 0);
  await waitFor('an engine without them', async () => {
    const seen = await stage.seen('n1', NS);
    return !seen.some(({ pod }) => pod === 'no-image' || pod === 'never');
  });
});

test('a command that does not exist: the reason of the engine, then CrashLoopBackOff', async (t) => {
  await stage.make(
    NS,
    podOf('no-command', { containers: [container(undefined, { command: ['/no/such'] })] }),
  );
  const reasons = await waitingReasons('no-command', 'CrashLoopBackOff');
  await stage.eventUntil(NS, 'no-command', 'Failed', /no such file or directory/);
  await stage.eventUntil(NS, 'no-command', 'BackOff', /Back-off restarting failed container app/);
  t.deepEqual(reasons, inOrder(reasons, ['ContainerCreating', 'RunContainerError', 'CrashLoopBackOff']));
});

test('more memory than any node has: Pending, with the reason on the pod and as an Event', async (t) => {
  const resources = { requests: { memory: '4000Gi' } };
  await stage.make(NS, podOf('giant', { containers: [container(undefined, { resources })] }));
  const pod = await stage.podUntil(
    NS,
    'giant',
    ({ status }) => status?.conditions?.some(({ reason }) => reason === 'Unschedulable') ?? false,
  );
  t.is(pod.status?.phase, 'Pending');
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  t.regex(scheduled?.message ?? '', /0\/1 nodes.*insufficient memory/i);
  await stage.eventUntil(NS, 'giant', 'FailedScheduling', /insufficient memory/i);
});

test('a host port that is taken: the second pod says why, the first goes on', async (t) => {
  const ports = [{ containerPort: 8080, hostPort: 18_431 }];
  await stage.make(NS, podOf('port-a', { containers: [container(undefined, { ports })] }));
  await stage.podUntil(NS, 'port-a', isReady, 'ready');
  await stage.make(NS, podOf('port-b', { containers: [container(undefined, { ports })] }));
  const pod = await stage.podUntil(
    NS,
    'port-b',
    ({ status }) => status?.conditions?.some(({ message }) => /ports?\b/.test(message ?? '')) ?? false,
  );
  t.is(pod.status?.phase, 'Pending');
  t.true(isReady(await stage.pod(NS, 'port-a')));
});

function access() {
  return accessFrom(readKubeconfig(stage.world.kubeconfig), stage.world.kubeconfig);
}

/** What the API answers a client with these credentials. */
async function refusal(credentials: { token?: string; cert?: string; key?: string }): Promise<unknown> {
  const { server, certificateAuthority: ca = '' } = access();
  const connection = createNodeTransport({ server, ca, ...credentials });
  try {
    return await createClient({ transport: connection.transport })
      .list(configMapKind, { namespace: NS })
      .catch((error: unknown) => error);
  } finally {
    await connection.close();
  }
}

test('an expired token is refused, and the answer says that it is expired', async (t) => {
  const signingKey = readFileSync(join(stage.world.folder, 'pki', 'tokens.key'), 'utf8');
  const tokens = await createTokens(signingKey, '');
  const token = await tokens.issueUserToken(ADMIN, 60, Date.now() - 3_600_000);
  const error = await refusal({ token });
  t.true(error instanceof StatusError && error.status.code === 401, String(error));
  t.regex(String(error), /expired/);
});

test('certificates of another CA: the server does not take the client, nor the client the server', async (t) => {
  const inputs = { nowMs: Date.now(), random: systemRandom };
  const stranger = await createAuthority('stranger', 1, inputs);
  const { certificate, key } = await issueKeyPair(
    stranger,
    { commonName: 'admin', organizations: ['system:masters'], usage: 'client', validDays: 1 },
    inputs,
  );
  const error = await refusal({ cert: certificate, key });
  t.true(error instanceof Error, 'nothing is listed');
  t.regex(String(error), /Unauthorized|certificate|401/i);

  const text = readFileSync(stage.world.kubeconfig, 'utf8');
  const strange = Buffer.from(stranger.certificate).toString('base64');
  const file = join(stage.world.folder, 'stranger.kubeconfig');
  writeFileSync(
    file,
    text.replace(/certificate-authority-data: .*/, `certificate-authority-data: ${strange}`),
  );
  const ran = await stage.gantry(['--kubeconfig', file, 'get', 'configmaps']);
  t.not(ran.code, 0);
  t.regex(ran.err, /not trusting|certificate/);
});

test('a host port that another program has taken: the reason of the engine on the pod', async (t) => {
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(0, '0.0.0.0', resolve));
  try {
    const { port: hostPort } = squatter.address() as AddressInfo;
    const ports = [{ containerPort: 8080, hostPort }];
    await stage.make(NS, podOf('port-c', { containers: [container(undefined, { ports })] }));
    await stage.eventUntil(NS, 'port-c', 'FailedCreatePodSandBox', /in use|already allocated/);
  } finally {
    await new Promise((resolve) => squatter.close(resolve));
  }
  await stage.podUntil(NS, 'port-c', isReady, 'ready once the port is free');
  t.pass();
});

/** Safe to repeat, so a store that is late for a moment costs nothing but time. */
async function patched(key: { namespace: string; name: string }, patch: object): Promise<void> {
  for (let left = LATE_STORE_MAX; ; left -= 1) {
    try {
      await stage.client.patch(configMapKind, key, 'merge', patch);
      return;
    } catch (error) {
      if (left === 0 || !(error instanceof StatusError) || error.status.reason !== 'Timeout') throw error;
    }
  }
}

test('a watch that nobody reads is closed, and the server goes on', async (t) => {
  const { server, certificateAuthority, clientCertificate, clientKey } = access();
  const answered = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(
      new URL(`/api/v1/namespaces/${NS}/configmaps?watch=true&labelSelector=flood`, server),
      {
        ca: certificateAuthority,
        cert: clientCertificate,
        key: clientKey,
        agent: false,
      },
      resolve,
    );
    call.once('error', reject);
    call.end();
  });
  answered.pause();
  const cut = new Promise<void>((resolve) => {
    answered.once('close', resolve);
    answered.once('error', () => undefined);
  });
  const base = { apiVersion: 'v1', kind: 'ConfigMap' };
  await stage.client.create<ConfigMap>(configMapKind, {
    ...base,
    metadata: { namespace: NS, name: 'flood', labels: { flood: 'yes' } },
    data: {},
  });
  const key = { namespace: NS, name: 'flood' };
  for (let round = 0; round < 40; round += 1) {
    const data = { text: String(round % 10).repeat(500_000) };
    await patched(key, { data });
  }
  const metrics = await stage.client.raw({ method: 'GET', path: '/metrics' });
  const chunks: Uint8Array[] = [];
  for await (const chunk of metrics.body) chunks.push(chunk);
  t.regex(Buffer.concat(chunks).toString(), /gantry_server_limit_reached_total\{[^}]*watch[^}]*\} [1-9]/i);
  answered.resume();
  await cut;
  t.true(await isThere('flood'));
});
