// Services on three hosts: names, addresses, and updates and failures under load.
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { setTimeout as delay } from 'node:timers/promises';
import { readText } from '@gantry/api/answer-body';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { serviceKind } from '@gantry/api/kinds/service';
import type { ServiceTraffic } from '@gantry/api/service-traffic';
import { processesOf } from '@gantry/ctl/up/hosts/processes-of';
import { startHostsWorld, type HostsWorld } from './hosts-world.ts';
import { failuresOf, startLoad, type LoadReport, type LoadWish } from './load/load.ts';
import { endProcesses } from './hosts/host-programs.ts';
import type { EngineHost } from './hosts/create-hosts.ts';
import { waitFor } from './local-world.ts';
import { sessionsTo } from './load/sessions-to.ts';
import { deploymentOf, IMAGE, isReady, NEXT_IMAGE, Stage } from './stage.ts';

const NS = 'default';
const REPLICAS = 6;
/** Of each way of making requests. */
const CLIENTS = 3;
let made: HostsWorld;
let stage: Stage;

test.before(async () => {
  made = await startHostsWorld(3);
  stage = new Stage(made.world);
  const template = (image: string) => ({
    metadata: { labels: { app: 'web' } },
    spec: {
      terminationGracePeriodSeconds: 5,
      ...spread('web'),
      tolerations: [
        {
          key: 'node.kubernetes.io/unreachable',
          effect: 'NoExecute',
          operator: 'Exists',
          tolerationSeconds: 60,
        },
      ],
      containers: [
        {
          ...{ name: 'web', image, imagePullPolicy: 'Never', ports: [{ name: 'http', containerPort: 8080 }] },
          readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 1 },
        },
      ],
    },
  });
  await stage.make(
    NS,
    {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } },
      spec: {
        selector: { app: 'web' },
        ports: [
          { name: 'http', port: 80, targetPort: 'http' },
          { name: 'raw', port: 81, targetPort: 'http' },
        ],
      },
    },
    {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
      spec: { replicas: REPLICAS, selector: { matchLabels: { app: 'web' } }, template: template(IMAGE) },
    },
  );
  await allAvailable();
});

test.after.always(async () => {
  await made?.stop();
});

/** As many of them on each host as on any other. */
function spread(app: string): object {
  const where = { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' };
  return {
    topologySpreadConstraints: [{ maxSkew: 1, ...where, labelSelector: { matchLabels: { app } } }],
  };
}

async function allAvailable(): Promise<void> {
  await waitFor(
    'all replicas',
    async () => {
      const { status, metadata } = await stage.client.get(deploymentKind, { namespace: NS, name: 'web' });
      const isSeen = status?.observedGeneration === metadata.generation;
      return isSeen && status?.updatedReplicas === REPLICAS && status.availableReplicas === REPLICAS;
    },
    120_000,
  );
}

async function wish(): Promise<LoadWish> {
  const { spec } = await stage.client.get(serviceKind, { namespace: NS, name: 'web' });
  const host = spec.clusterIP ?? '';
  const http = { host, port: 80 };
  return {
    targets: { 'keep-alive': http, new: http, tcp: { host, port: 81 } },
    clients: CLIENTS,
    pauseMs: 5,
  };
}

/** Load from one host while something happens. */
async function under(host: number, work: () => Promise<unknown>): Promise<LoadReport> {
  const load = await startLoad(made.hosts[host]?.through ?? [], await wish());
  try {
    await delay(500);
    await work();
    await delay(500);
  } catch (error) {
    await load.stop();
    throw error;
  }
  return load.stop();
}

/** Those that are to stay. */
async function webPods(): Promise<Pod[]> {
  const { items } = await stage.client.list(podKind, { namespace: NS, labelSelector: 'app=web' });
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** Whom an update has replaced is gone, too: what is compared before and after is to stay. */
async function settled(): Promise<void> {
  await allAvailable();
  await waitFor('replaced pods gone', async () => (await stage.pods(NS, 'app=web')).length === REPLICAS);
}

async function uids(): Promise<(string | undefined)[]> {
  return (await webPods()).map(({ metadata }) => metadata.uid).sort();
}

/** IDs of the containers of pods that run on each host. */
async function containers(): Promise<string[][]> {
  const label = ['gantry.dev/kind=app', `gantry.dev/pod-namespace=${NS}`];
  const all = made.hosts.map(({ docker }) => docker.listContainers({ filters: { label } }));
  return (await Promise.all(all)).map((of) => of.map(({ Id }) => Id).sort());
}

async function nodeIs(name: string, ready: 'True' | 'Unknown'): Promise<void> {
  await waitFor(`node ${name} is ${ready}`, async () => {
    const { status } = await stage.client.get(nodeKind, { namespace: '', name });
    return status?.conditions?.find(({ type }) => type === 'Ready')?.status === ready;
  });
}

async function noEndpointsOn(node: string): Promise<void> {
  await waitFor(`pods of ${node} are no endpoints`, async () =>
    (await webPods()).every((pod) => pod.spec.nodeName !== node || !isReady(pod)),
  );
}

test.serial('every pod finds the Service by its name, wherever it runs', async (t) => {
  await waitFor('addresses', async () =>
    (await webPods()).every(({ status }) => status?.podIP !== undefined),
  );
  const pods = await webPods();
  t.deepEqual([...new Set(pods.map(({ spec }) => spec.nodeName))].sort(), ['n1', 'n2', 'n3']);
  for (const pod of pods) {
    for (const name of ['web', 'web.default.svc.cluster.local']) {
      const ran = await stage.gantry([
        'exec',
        pod.metadata.name ?? '',
        '--',
        'wget',
        '-qO-',
        `http://${name}/`,
      ]);
      t.regex(ran.out, /^hello from web-/, `${pod.metadata.name} ${name}: ${ran.err}`);
    }
  }
});

test.serial('an update under load loses no request', async (t) => {
  const report = await under(0, async () => {
    const patch = { spec: { template: { spec: { containers: [{ name: 'web', image: NEXT_IMAGE }] } } } };
    await stage.client.patch(deploymentKind, { namespace: NS, name: 'web' }, 'strategic', patch);
    await allAvailable();
  });
  t.deepEqual(failuresOf(report), {});
  for (const { answered, lastMs } of Object.values(report)) {
    t.true(answered > 0);
    const texts = Object.keys(lastMs);
    t.true(
      texts.some((text) => text.endsWith('version 1')) && texts.some((text) => text.endsWith('version 2')),
    );
  }
});

async function read(path: string): Promise<string> {
  const answer = await stage.client.raw({ method: 'GET', path });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
  return readText(answer.body, 16 * 1024 ** 2);
}

test.serial('what went through is counted by revision, once', async (t) => {
  const answers = async (): Promise<number[]> => {
    const text = await read(`/apis/traffic.gantry.dev/v1alpha1/namespaces/${NS}/services/web`);
    const { revisions } = JSON.parse(text) as ServiceTraffic;
    return revisions.map(({ counters }) => counters.answers2xx).sort((one, other) => one - other);
  };
  const total = (of: readonly number[]): number => of.reduce((sum, count) => sum + count, 0);
  const before = await answers();
  t.is(before.filter((count) => count > 0).length, 2, 'before and after the update');
  let table = '';
  const report = await under(1, async () => {
    table = (await stage.gantry(['top', 'service', 'web'])).out;
  });
  const sent = (report['keep-alive']?.answered ?? 0) + (report['new']?.answered ?? 0);
  const counted = total(await answers()) - total(before);
  // What was under way when the load ended is answered to nobody.
  t.true(counted >= sent && counted <= sent + 6, `${counted} counted, ${sent} answered`);
  t.log(table);
  t.regex(table, /^NAMESPACE +NAME +REVISION .*\ndefault +web +[a-z0-9]{7} +\d[\d.]* +100 +0 +0 +[\d.]+m?s /);
  const metrics = await read('/api/v1/nodes/n2/proxy/metrics');
  t.regex(
    metrics,
    /gantry_service_latency_seconds_count\{namespace="default",service="web",revision="[a-z0-9]{7}"\} [1-9]/,
  );
  t.regex(metrics, /gantry_dns_queries_total/);
});

/** What a program on a host gets to hear, without the control plane. */
async function askedOn(host: number, url: string): Promise<string> {
  const [program = '', ...args] = [
    ...(made.hosts[host]?.through ?? []),
    'wget',
    '-qO-',
    '--post-data={}',
    url,
  ];
  return (await promisify(execFile)(program, args).catch((error: Error) => ({ stdout: error.message })))
    .stdout;
}

test.serial(
  'every pod has flags evaluated on its own node; that goes on while control plane and agent are away',
  async (t) => {
    const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
    await stage.make(NS, {
      ...{ apiVersion: 'gantry.dev/v1alpha1', kind: 'FeatureFlag', metadata: { name: 'shop' } },
      spec: { flagSpec: { flags: { checkout: flag } } },
    });
    const url = 'http://169.254.20.10:8016/ofrep/v1/evaluate/flags/checkout';
    for (const pod of await webPods()) {
      const words = ['exec', pod.metadata.name ?? '', '--', 'wget', '-qO-', '--post-data={}', url];
      t.like(JSON.parse((await stage.gantry(words)).out), { value: true, reason: 'STATIC' });
    }
    const metrics = await read('/api/v1/nodes/n1/proxy/metrics');
    t.regex(
      metrics,
      /gantry_flag_evaluations_total\{namespace="default",feature_flag="shop",version="1",flag="checkout"/,
    );
    t.regex((await stage.gantry(['flag', 'stats', 'shop'])).out, /^checkout +1 +on +STATIC +\d+$/m);
    await made.world.kill('control-plane');
    await made.world.kill('n1');
    const agent = made.world.startAgent('n1').catch(() => undefined);
    await waitFor('an answer from the disk', async () => /"reason":"STALE"/.test(await askedOn(0, url)));
    await made.world.startControlPlane();
    await agent;
    await waitFor('flags in step', async () => /"reason":"STATIC"/.test(await askedOn(0, url)));
  },
);

test.serial('requests go on while control plane and agents are away', async (t) => {
  await settled();
  const before = [await uids(), await containers()];
  const report = await under(1, async () => {
    for (const name of ['control-plane', 'n1', 'n2', 'n3']) await made.world.kill(name);
    await delay(5_000);
    // Agents first: they have what is on their disks.
    const agents = ['n1', 'n2', 'n3'].map((name) => made.world.startAgent(name).catch(() => undefined));
    await delay(2_000);
    await made.world.startControlPlane();
    await Promise.all(agents);
  });
  t.deepEqual(failuresOf(report), {});
  t.deepEqual([await uids(), await containers()], before);
});

test.serial('an engine that is killed under load and comes back has all its containers', async (t) => {
  await settled();
  const before = [await uids(), await containers()];
  const report = await under(0, async () => {
    await made.hosts[2]?.killEngine();
    await delay(2_000);
    await made.hosts[2]?.startEngine();
    await delay(2_000);
  });
  t.deepEqual(failuresOf(report), {});
  await nodeIs('n3', 'True');
  await settled();
  t.deepEqual([await uids(), await containers()], before);
  // It hears of what happens to them again, and starts new ones.
  const [pod] = (await webPods()).filter(({ spec }) => spec.nodeName === 'n3');
  await stage.gantry(['exec', pod?.metadata.name ?? '', '--', 'sh', '-c', 'kill 1']);
  await waitFor('it to be started anew', async () => {
    const found = (await webPods()).find(({ metadata }) => metadata.uid === pod?.metadata.uid);
    const [web] = found?.status?.containerStatuses ?? [];
    return web?.restartCount === 1 && web.ready;
  });
});

test.serial('a host that is cut off gets no more requests, and some again once it is back', async (t) => {
  const texts = async (): Promise<Set<string>> =>
    new Set(
      (await webPods())
        .filter(({ spec }) => spec.nodeName === 'n3')
        .map(({ metadata }) => metadata.name ?? ''),
    );
  const lost = await texts();
  t.true(lost.size > 0);
  await made.hosts[2]?.cutLink();
  try {
    await nodeIs('n3', 'Unknown');
    await noEndpointsOn('n3');
    await delay(1_000);
    const report = await under(0, () => delay(1_000));
    t.deepEqual(failuresOf(report), {});
    t.false(answeredBy(report).some((name) => lost.has(name)));
  } finally {
    await made.hosts[2]?.healLink();
  }
  await waitFor('its pods are endpoints again', async () => {
    const report = await under(0, () => delay(200));
    return answeredBy(report).some((name) => lost.has(name));
  });
  t.pass();
});

/** Names of the pods that answered. */
function answeredBy(report: LoadReport): string[] {
  return Object.values(report).flatMap(({ lastMs }) =>
    Object.keys(lastMs).map((text) => /hello from (\S+),/.exec(text)?.[1] ?? ''),
  );
}

/** As a power cut: nothing that ends on it can be heard by others. */
async function cutPower(name: string, host: EngineHost): Promise<void> {
  await host.cutLink();
  await made.world.kill(name);
  await host.killEngine();
  for (const folder of [dirname(host.socketPath), agentFolder(name)])
    await endProcesses(processesOf(`${folder}/`), 'SIGKILL');
}

function agentFolder(name: string): string {
  return join(made.world.folder, 'agents', name);
}

test.serial('a host that dies under load: no more is sent to it, and its pods run elsewhere', async (t) => {
  const [, , host] = made.hosts;
  if (host === undefined) throw new Error('three hosts are needed');
  await waitFor('n3 to be open again', async () => {
    const { spec } = await stage.client.get(nodeKind, { namespace: '', name: 'n3' });
    return (spec?.taints ?? []).length === 0;
  });
  const soon = [
    {
      key: 'node.kubernetes.io/unreachable',
      effect: 'NoExecute',
      operator: 'Exists',
      tolerationSeconds: 1,
    },
  ];
  await stage.make(NS, deploymentOf('mover', REPLICAS, {}, { tolerations: soon, ...spread('mover') }));
  const movers = async (): Promise<Pod[]> => (await stage.pods(NS, 'app=mover')).filter(isReady);
  await waitFor('movers', async () => (await movers()).length === REPLICAS);
  t.true((await movers()).some(({ spec }) => spec.nodeName === 'n3'));
  const addresses = (await webPods())
    .filter(({ spec }) => spec.nodeName === 'n3')
    .map(({ status }) => status?.podIP ?? '');
  const sent = (): Promise<number[]> =>
    Promise.all(['n1', 'n2'].map((name) => sessionsTo(agentFolder(name), addresses)));
  const load = await startLoad(made.hosts[1]?.through ?? [], await wish());
  const reports: LoadReport[] = [];
  try {
    const report = await under(0, async () => {
      t.true((await sent()).every((count) => count > 0));
      await cutPower('n3', host);
      await nodeIs('n3', 'Unknown');
      await noEndpointsOn('n3');
      await delay(1_000);
      const before = await sent();
      await delay(1_000);
      const after = await sent();
      // A server that waits for the end of its last session is still listed.
      t.true(
        after.every((count, index) => count <= (before[index] ?? 0)),
        `${before.join(', ')} became ${after.join(', ')}`,
      );
    });
    reports.push(report);
  } finally {
    reports.push(await load.stop());
  }
  // What was under way when the cable was cut is lost with the host: at most one of each client.
  for (const report of reports) {
    const lost = Object.values(failuresOf(report)).reduce((sum, count) => sum + count, 0);
    t.true(lost <= CLIENTS * Object.keys(report).length, JSON.stringify(failuresOf(report)));
  }
  t.deepEqual(failuresOf(await under(0, () => delay(1_000))), {});
  await waitFor('all movers on the other hosts', async () => {
    const on = (await movers()).map(({ spec }) => spec.nodeName);
    return on.length === REPLICAS && !on.includes('n3');
  });
});
