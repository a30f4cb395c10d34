// Parts that die or stay away, one after the other on one cluster: what runs goes on, nothing that was acknowledged is
// lost, and all converges. What the simulation can play too is in e2e/scenarios.
import test from 'ava';
import { configMapKind, type ConfigMap } from '@gantry/api/kinds/config-map';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { nodeKind } from '@gantry/api/kinds/node';
import { waitFor } from './local-world.ts';
import { container, deploymentOf, isReady, openStage, podOf, runs, type Stage } from './stage.ts';

let stage: Stage;
const NS = 'default';
const KILLS = 3;
const WRITERS = 4;
/** ConfigMaps of each writer, written round and round. */
const NAMES = 20;
const PAUSE_MS = 20;

test.before(async () => {
  stage = await openStage({ agents: ['n1', 'n2'], warmSandboxes: 1 });
  await stage.apply(NS, deploymentOf('web', 4));
  await untilSettled('web', 4);
});

test.after.always(async () => {
  await stage?.close();
});

async function untilSettled(name: string, replicas: number): Promise<void> {
  await waitFor(`${name} settled`, async () => {
    const { metadata, status } = await stage.client.get<Deployment>(deploymentKind, { namespace: NS, name });
    const pods = (await stage.pods(NS, `app=${name}`)).filter(isReady);
    return (
      status?.observedGeneration === metadata.generation &&
      status?.readyReplicas === replicas &&
      pods.length === replicas
    );
  });
}

async function both(): Promise<string[]> {
  return [...runs(await stage.seen('n1', NS)), ...runs(await stage.seen('n2', NS))].sort();
}

async function nodeIs(name: string, ready: boolean): Promise<void> {
  await waitFor(`node ${name} ${ready ? 'ready' : 'not ready'}`, async () => {
    const node = await stage.client.get(nodeKind, { namespace: '', name });
    const condition = node.status?.conditions?.find(({ type }) => type === 'Ready');
    return (condition?.status === 'True') === ready;
  });
}

/** What the server has acknowledged. */
interface Written {
  newest: Map<string, number>;
  count: number;
  lastError: string;
}

/** Writes ConfigMaps until told to end, one after the other; what was not acknowledged is not counted. */
async function writeUntil(signal: AbortSignal, writer: number, written: Written): Promise<void> {
  for (let round = 0; !signal.aborted; round += 1) {
    const name = `w${writer}-${round % NAMES}`;
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { written: 'yes' } } };
    try {
      await stage.client.patch(
        configMapKind,
        { namespace: NS, name },
        'apply',
        { ...object, data: { round: String(round) } },
        { fieldManager: 'writer', signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]) },
      );
      written.newest.set(name, round);
      written.count += 1;
    } catch (error) {
      // It may or may not be there: a value above the acknowledged one is allowed.
      written.lastError = (error as Error).message;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function moreWrites(written: Written): Promise<void> {
  const { count } = written;
  await waitFor('writes to flow', async () => {
    if (written.count <= count + WRITERS) throw new Error(`${written.count} so far; ${written.lastError}`);
    return true;
  });
}

test.serial(
  'control plane killed under writes: no acknowledged write is lost, no container restarts',
  async (t) => {
    const before = await both();
    const written: Written = { newest: new Map(), count: 0, lastError: '' };
    const end = new AbortController();
    const writers = Array.from({ length: WRITERS }, (_, writer) => writeUntil(end.signal, writer, written));
    try {
      for (let kill = 0; kill < KILLS; kill += 1) {
        await moreWrites(written);
        await stage.world.kill('control-plane');
        await stage.world.startControlPlane();
      }
      await moreWrites(written);
    } finally {
      end.abort();
      await Promise.all(writers);
    }
    const { items } = await stage.client.list<ConfigMap>(configMapKind, {
      namespace: NS,
      labelSelector: 'written=yes',
    });
    const stored = new Map(items.map(({ metadata, data }) => [metadata.name, Number(data?.['round'])]));
    // A write whose answer was lost may stand above the last acknowledged one; never below.
    const lost = [...written.newest].filter(([name, round]) => (stored.get(name) ?? -1) < round);
    t.deepEqual(lost, []);
    await nodeIs('n1', true);
    await nodeIs('n2', true);
    await untilSettled('web', 4);
    t.deepEqual(await both(), before);
    await stage.apply(NS, deploymentOf('after-kills', 1));
    await untilSettled('after-kills', 1);
    await stage.gantry(['delete', 'deployment', 'after-kills']);
    await waitFor('its pod gone', async () => (await stage.pods(NS)).length === 4);
  },
);

test.serial('two agents on one engine touch only their own', async (t) => {
  const [n1, n2] = [await stage.seen('n1', NS), await stage.seen('n2', NS)];
  const pods = await stage.pods(NS);
  const on = (node: string): string[] =>
    pods
      .filter(({ spec }) => spec.nodeName === node)
      .map(({ metadata }) => metadata.name ?? '')
      .sort();
  const named = (seen: typeof n1): string[] =>
    seen
      .filter(({ kind }) => kind === 'app')
      .map(({ pod }) => pod)
      .sort();
  t.deepEqual(named(n1), on('n1'));
  t.deepEqual(named(n2), on('n2'));
  t.true(n1.length > 0 && n2.length > 0);
});

test.serial(
  'with the control plane away, containers and probes go on, and a restarted agent heals',
  async (t) => {
    const probe = {
      exec: { command: ['test', '-e', '/tmp/live'] },
      periodSeconds: 1,
      failureThreshold: 1,
      timeoutSeconds: 60,
    };
    await stage.make(
      NS,
      podOf('probed', {
        nodeSelector: { 'kubernetes.io/hostname': 'n1' },
        containers: [container('echo > /tmp/live; while :; do sleep 1; done', { livenessProbe: probe })],
      }),
    );
    await stage.podUntil(NS, 'probed', isReady, 'ready');
    const web = async (node: string) =>
      (await stage.seen(node, NS)).filter(({ pod, kind }) => kind === 'app' && pod.startsWith('web'));
    const probed = async () =>
      (await stage.seen('n1', NS)).find(
        ({ pod, kind, running }) => kind === 'app' && pod === 'probed' && running,
      );
    const first = await probed();
    const [victim, ...others] = await web('n1');
    const untouched = runs([...others, ...(await web('n2'))]);

    await stage.world.kill('control-plane');
    const rm = await stage.docker.getContainer(first?.id ?? '').exec({ Cmd: ['busybox', 'rm', '/tmp/live'] });
    // Left open, the answer would keep the test's process alive.
    (await rm.start({ Detach: true })).destroy();
    await waitFor('the liveness probe to restart it', async () => {
      const now = await probed();
      return now !== undefined && now.id !== first?.id;
    });

    await stage.world.kill('n1');
    await stage.docker.getContainer(victim?.id ?? '').kill();
    const starting = stage.world.startAgent('n1').catch(() => undefined);
    await waitFor('the dead container to run again', async () => {
      const now = await web('n1');
      return now.some(({ pod, running, id }) => pod === victim?.pod && running && id !== victim?.id);
    });
    await stage.world.startControlPlane();
    await starting;
    await nodeIs('n1', true);
    await untilSettled('web', 4);
    const after = await both();
    t.deepEqual(
      untouched.filter((one) => !after.includes(one)),
      [],
    );
    const healed = await stage.podUntil(
      NS,
      victim?.pod ?? '',
      ({ status }) => status?.containerStatuses?.[0]?.restartCount === 1 && status.containerStatuses[0].ready,
    );
    t.is(healed.status?.phase, 'Running');
    await stage.gantry(['delete', 'pod', 'probed']);
  },
);

test.serial('a node that is lost for good: NotReady, and its pods are replaced elsewhere', async (t) => {
  const lost = (await stage.pods(NS, 'app=web')).filter(({ spec }) => spec.nodeName === 'n2');
  t.true(lost.length > 0);
  const kept = runs(await stage.seen('n1', NS));
  await stage.world.kill('n2');
  await nodeIs('n2', false);
  await waitFor('four ready pods on n1', async () => {
    const pods = await stage.pods(NS, 'app=web');
    return pods.filter((pod) => isReady(pod) && pod.spec.nodeName === 'n1').length === 4;
  });
  const after = runs(await stage.seen('n1', NS));
  t.deepEqual(
    kept.filter((one) => !after.includes(one)),
    [],
  );
  // The node comes back: what it ran is no longer wanted there.
  await stage.world.startAgent('n2');
  await waitFor('the engine without the pods of old', async () => {
    const left = (await stage.seen('n2', NS)).map(({ pod }) => pod);
    return !lost.some(({ metadata }) => left.includes(metadata.name ?? ''));
  });
  await untilSettled('web', 4);
});
