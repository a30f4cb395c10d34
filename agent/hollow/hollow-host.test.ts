// Real agents on a hollow host, against the small API in memory, in the test's own time: nothing here waits for a clock
// on the wall or reaches the operating system.
import test, { type ExecutionContext } from 'ava';
import type { Event } from '@gantry/api/kinds/event';
import type { Node } from '@gantry/api/kinds/node';
import type { Container, ContainerStatus, Pod, PodSpec, Probe } from '@gantry/api/kinds/pod';
import { silentLogger } from '@gantry/kit/logger';
import { idsFrom, seededRandom } from '@gantry/kit/random';
import { VirtualClock } from '@gantry/kit/virtual-clock';
import { startAgent, type Agent } from '../agent.ts';
import { createToyApi } from '../toy/toy-api.ts';
import { createHollowHost, type HollowHostOptions } from './hollow-host.ts';

/** Whatever awaits something that is there already. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function open(t: ExecutionContext, more: Partial<HollowHostOptions> = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const random = seededRandom(7);
  const shared = { clock, random, ids: idsFrom(random), logger: silentLogger };
  const host = createHollowHost({ ...shared, name: 'hollow-0', index: 0, ...more });
  const api = createToyApi();
  let agent: Agent | undefined;
  const start = async (): Promise<void> => {
    agent = await startAgent({
      ...shared,
      ...{ transport: api.transport, runtime: host.openRuntime(), machine: host.machine },
      options: {
        node: {
          ...{ name: 'hollow-0', labels: {}, podsMax: 110, agentVersion: 'v1' },
          reserved: { cpuMilli: 0, memoryBytes: 0 },
        },
        heartbeatIntervalMs: 1000,
      },
    });
  };
  const stop = async (): Promise<void> => agent?.stop();
  t.teardown(stop);
  const until = async <T>(what: string, look: () => T | undefined | false): Promise<T> => {
    for (let passedMs = 0; passedMs < 600_000; passedMs += 50) {
      await settle();
      const found = look();
      if (found !== undefined && found !== false) return found;
      clock.advance(50);
    }
    throw new Error(
      `waited in vain for ${what}: ${JSON.stringify(api.list<Pod>('pods').map((p) => p.status))}`,
    );
  };
  return {
    ...{ clock, host, api, start, stop, until },
    run: (
      name: string,
      annotations: Record<string, string> = {},
      app: Partial<Container> = {},
      spec: Partial<PodSpec> = {},
    ) => {
      const container = { name: 'app', image: 'web:1', ...app };
      const metadata = { name, namespace: 'default', annotations: prefixed(annotations) };
      const all = { nodeName: 'hollow-0', containers: [container], ...spec };
      api.put('pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec: all });
    },
    podUntil: (name: string, wanted: (status: ContainerStatus, pod: Pod) => boolean) =>
      until(`pod ${name}`, () => {
        const pod = api.get<Pod>('pods', name);
        const status = pod?.status?.containerStatuses?.[0];
        return pod !== undefined && status !== undefined && wanted(status, pod) && pod;
      }),
    reasons: () => api.list<Event>('events').map(({ reason }) => reason),
    running: () => host.engine.listContainers().filter(({ status }) => status === 'running'),
  };
}

function prefixed(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`hollow.gantry.dev/${key}`, value]),
  );
}

const isReady = (status: ContainerStatus): boolean => status.ready;
const app = (pod: Pod): ContainerStatus | undefined => pod.status?.containerStatuses?.[0];

test('a node registers, a pod runs on it, and goes with nothing left', async (t) => {
  const bench = open(t);
  await bench.start();
  const node = await bench.until('the node', () => bench.api.get<Node>('nodes', 'hollow-0'));
  t.like(node.status?.capacity, { cpu: '8', memory: '32Gi', pods: '110' });
  t.is(node.status?.addresses?.[0]?.address, '10.128.0.1');
  bench.run('web');
  const pod = await bench.podUntil('web', isReady);
  t.like(pod.status, { phase: 'Running', podIP: '10.64.0.2', hostIP: '10.128.0.1' });
  const told = ['Pulling', 'Pulled', 'Created', 'Started'];
  await bench.until('Events', () => told.every((reason) => bench.reasons().includes(reason)));
  bench.api.remove('pods', 'web');
  await bench.until('it to be gone', () => bench.api.get('pods', 'web') === undefined);
  t.deepEqual(bench.host.engine.listContainers(), []);
  t.deepEqual(bench.host.engine.listSandboxes(), []);
  t.deepEqual(await bench.host.machine.podFolders(), []);
});

test('a restarted agent adopts what runs, without the control plane too', async (t) => {
  const bench = open(t);
  await bench.start();
  bench.run('web');
  const { containerID } = app(await bench.podUntil('web', isReady)) ?? {};
  await bench.stop();
  bench.api.isAway = true;
  const [running] = bench.running();
  await bench.start();
  bench.host.engine.killContainer(running?.id ?? '');
  await bench.until('a restart', () => bench.running().length === 1);
  bench.api.isAway = false;
  const back = await bench.podUntil('web', ({ restartCount, ready }) => restartCount === 1 && ready);
  t.not(app(back)?.containerID, containerID);
  t.like(app(back)?.lastState?.terminated, { exitCode: 137, signal: 9, reason: 'Error' });
});

test('an end that the API has stays the end, whatever a restarted agent remembers', async (t) => {
  const bench = open(t);
  await bench.start();
  bench.run('once', {}, {}, { restartPolicy: 'Never' });
  const pod = await bench.podUntil('once', isReady);
  await bench.stop();
  // As the agent before had it: stopped, removed, reported, and dead before it had written that down here.
  const runtime = bench.host.openRuntime();
  for (const { id } of bench.running()) await runtime.removeContainer(id);
  const end = { ...pod.status, phase: 'Succeeded' as const };
  bench.api.put('pods', { ...pod, status: end });
  await bench.start();
  for (let seconds = 0; seconds < 10; seconds += 1) {
    bench.clock.advance(1000);
    await settle();
    t.is(bench.api.get<Pod>('pods', 'once')?.status?.phase, 'Succeeded');
  }
  t.deepEqual(bench.running(), []);
});

test('a host that dies takes everything along, and its agent starts it anew', async (t) => {
  const bench = open(t);
  await bench.start();
  bench.run('web');
  await bench.podUntil('web', isReady);
  await bench.stop();
  const before = (await bench.host.machine.facts()).bootId;
  bench.host.powerOff();
  t.deepEqual(bench.running(), []);
  await t.throwsAsync(bench.host.openRuntime().listContainers(), { code: 'runtime-unavailable' });
  bench.clock.advance(5000);
  bench.host.powerOn();
  t.not((await bench.host.machine.facts()).bootId, before);
  t.like(bench.host.engine.listContainers()[0], { status: 'exited', exitCode: 255 });
  await bench.start();
  const back = await bench.podUntil('web', ({ restartCount, ready }) => restartCount === 1 && ready);
  t.is(app(back)?.lastState?.terminated?.exitCode, 255);
});

test('an engine that does not answer is told of the node, and pods are looked after again when it does', async (t) => {
  const bench = open(t);
  await bench.start();
  bench.run('web');
  await bench.podUntil('web', isReady);
  bench.host.engine.setAnswering(false);
  const isNodeReady = (): boolean | undefined =>
    bench.api
      .get<Node>('nodes', 'hollow-0')
      ?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  await bench.until('the node to be unready', () => isNodeReady() === false);
  bench.host.engine.killContainer(bench.running()[0]?.id ?? '');
  bench.host.engine.setAnswering(true);
  await bench.podUntil('web', ({ restartCount, ready }) => restartCount === 1 && ready);
  t.true(await bench.until('the node to be ready', isNodeReady));
});

test('a sandbox that dies is made anew, with its containers', async (t) => {
  const bench = open(t);
  await bench.start();
  bench.run('web');
  const before = await bench.podUntil('web', isReady);
  bench.host.engine.killSandbox(bench.host.engine.listSandboxes()[0]?.id ?? '');
  const after = await bench.podUntil('web', ({ restartCount, ready }) => restartCount === 1 && ready);
  t.not(after.status?.podIP, before.status?.podIP);
});

for (const [title, annotations, wanted] of [
  ['a job', { 'run-ms': '2000' }, { exitCode: 0, reason: 'Completed' }],
  [
    'a job that fails',
    { 'run-ms': '2000', 'exit-code': '3', message: 'no luck' },
    { exitCode: 3, message: 'no luck' },
  ],
  ['too much memory', { 'oom-after-ms': '500' }, { exitCode: 137, reason: 'OOMKilled' }],
] as const) {
  test(`an end as annotated: ${title}`, async (t) => {
    const bench = open(t);
    await bench.start();
    bench.run('job', annotations, {}, { restartPolicy: 'Never' });
    // Last words may follow the end.
    const isTold = ({ state }: ContainerStatus): boolean =>
      state?.terminated !== undefined && (!('message' in wanted) || state.terminated.message !== undefined);
    const pod = await bench.podUntil('job', isTold);
    t.like(app(pod)?.state?.terminated, wanted);
  });
}

test('more memory than the limit is the end of a container', async (t) => {
  const bench = open(t);
  await bench.start();
  const resources = { limits: { memory: '64Mi' } };
  bench.run('greedy', { memory: '100Mi' }, { resources }, { restartPolicy: 'Never' });
  const pod = await bench.podUntil('greedy', ({ state }) => state?.terminated !== undefined);
  t.is(app(pod)?.state?.terminated?.reason, 'OOMKilled');
});

test('the first runs crash, with Kubernetes back-off between them', async (t) => {
  const bench = open(t);
  await bench.start();
  bench.run('web', { crashes: '3' });
  await bench.podUntil('web', ({ state }) => state?.waiting?.reason === 'CrashLoopBackOff');
  await bench.podUntil('web', ({ restartCount, ready }) => restartCount === 3 && ready);
  t.true(bench.reasons().includes('BackOff'));
});

for (const [title, annotations, reason] of [
  ['an image that is not there', { 'pull-error': 'not-found' }, 'ErrImagePull'],
  ['an image that may not be read', { 'pull-error': 'denied' }, 'ErrImagePull'],
  ['an engine that refuses', { 'start-error': 'no such device' }, 'RunContainerError'],
  ['an annotation that means nothing', { 'run-ms': 'soon' }, 'ContainerCreating'],
] as const) {
  test(`a pod that waits: ${title}`, async (t) => {
    const bench = open(t);
    await bench.start();
    bench.run('web', annotations);
    await bench.podUntil('web', ({ state }) => state?.waiting?.reason === reason);
    const messages = (): string =>
      bench.api
        .list<Event>('events')
        .map(({ message }) => message)
        .join('\n');
    await bench.until('an Event', () => /hollow registry|no such device|run-ms: must be/.test(messages()));
    t.deepEqual(bench.running(), []);
  });
}

test('a slow pull is waited for', async (t) => {
  const bench = open(t);
  await bench.start();
  const beganMs = bench.clock.nowMs();
  bench.run('web', { 'pull-ms': '30000' });
  await bench.podUntil('web', isReady);
  t.true(bench.clock.nowMs() - beganMs >= 30_000);
});

const probe = { periodSeconds: 1, failureThreshold: 2 };
for (const [title, question] of [
  ['http', { httpGet: { path: '/ready', port: 8080 } }],
  ['tcp', { tcpSocket: { port: 8080 } }],
  ['a command', { exec: { command: ['check', 'ready'] } }],
] satisfies [string, Probe][]) {
  test(`readiness by ${title} comes late, and flaps`, async (t) => {
    const bench = open(t);
    await bench.start();
    const flapping = { 'ready-after-ms': '5000', 'flap-every-ms': '20000', 'flap-for-ms': '8000' };
    bench.run('web', flapping, { readinessProbe: { ...probe, ...question } });
    const running = await bench.podUntil('web', ({ state }) => state?.running !== undefined);
    t.false(app(running)?.ready);
    const beganMs = bench.clock.nowMs();
    await bench.podUntil('web', isReady);
    t.true(bench.clock.nowMs() - beganMs >= 4000);
    await bench.podUntil('web', ({ ready }) => !ready);
    const again = await bench.podUntil('web', isReady);
    t.is(app(again)?.restartCount, 0);
  });
}

test('liveness that fails restarts; readiness on another path is left alone', async (t) => {
  const bench = open(t);
  await bench.start();
  bench.run(
    'web',
    { answers: '[{"to":"/live","untilMs":4000}]' },
    {
      livenessProbe: { ...probe, httpGet: { path: '/live', port: 80 } },
      readinessProbe: { ...probe, httpGet: { path: '/ready', port: 80 } },
    },
  );
  await bench.podUntil('web', isReady);
  await bench.podUntil('web', ({ restartCount }) => restartCount === 1);
  t.true(bench.reasons().includes('Unhealthy'));
});

test('answers that take longer than the probe waits are failures', async (t) => {
  const bench = open(t);
  await bench.start();
  bench.run('web', { 'answer-ms': '3000' }, { livenessProbe: { ...probe, tcpSocket: { port: 80 } } });
  await bench.podUntil('web', ({ restartCount }) => restartCount === 1);
  t.true(bench.api.list<Event>('events').some(({ message }) => message?.includes('i/o timeout')));
});

test('hooks are run, and their time is taken', async (t) => {
  const bench = open(t);
  await bench.start();
  const command = (name: string) => ({ exec: { command: [name] } });
  bench.run(
    'web',
    { answers: '[{"to":"prepare","tookMs":2000},{"to":"farewell","tookMs":3000}]' },
    { lifecycle: { postStart: command('prepare'), preStop: command('farewell') } },
  );
  const beganMs = bench.clock.nowMs();
  await bench.podUntil('web', isReady);
  const readyMs = bench.clock.nowMs();
  t.true(readyMs - beganMs >= 2000);
  bench.api.remove('pods', 'web');
  await bench.until('it to be gone', () => bench.api.get('pods', 'web') === undefined);
  t.true(bench.clock.nowMs() - readyMs >= 3000);
});

test('who does not listen to TERM has its grace and is killed', async (t) => {
  const bench = open(t);
  await bench.start();
  bench.run('web', { 'term-ms': 'never' }, {}, { terminationGracePeriodSeconds: 12 });
  await bench.podUntil('web', isReady);
  const beganMs = bench.clock.nowMs();
  bench.api.remove('pods', 'web');
  await bench.until('it to be gone', () => bench.api.get('pods', 'web') === undefined);
  t.true(bench.clock.nowMs() - beganMs >= 12_000);
});

test('the machine is as busy as what runs on it', async (t) => {
  const bench = open(t);
  await bench.start();
  bench.run('web', { cpu: '50m', memory: '16Mi' });
  await bench.podUntil('web', isReady);
  t.like(bench.host.machine.usage(), { cpuMilli: 50, memoryBytes: 16 * 1024 ** 2 });
});

test('a closed runtime changes nothing any more', async (t) => {
  const { host } = open(t);
  const runtime = host.openRuntime();
  await runtime.close();
  const pod = { namespace: 'default', name: 'late', uid: 'u' };
  const spec = { pod, hostname: 'late', hostNetwork: false, ports: [], hostAliases: [] };
  await t.throwsAsync(runtime.createSandbox(spec), { code: 'runtime-unavailable' });
  t.deepEqual(host.engine.listSandboxes(), []);
});

test('the same seed gives the same run', async (t) => {
  const runOnce = async (): Promise<unknown> => {
    const bench = open(t);
    await bench.start();
    for (const name of ['a', 'b', 'c']) bench.run(name, { crashes: '1' });
    for (const name of ['a', 'b', 'c']) await bench.podUntil(name, isReady);
    await bench.stop();
    return bench.host.engine.listContainers().map(({ id, pod, startedAtMs, status }) => ({
      ...{ id, name: pod.name, startedAtMs, status },
    }));
  };
  t.deepEqual(await runOnce(), await runOnce());
});
