// The agent on a real Docker engine, against a small API in memory. Each test has a node and folders of its own and
// removes all that it made.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import Docker from 'dockerode';
import type { Container, ContainerStatus, Pod, PodSpec } from '@gantry/api/kinds/pod';
import type { Event } from '@gantry/api/kinds/event';
import { systemClock, sleep } from '@gantry/kit/clock';
import { silentLogger } from '@gantry/kit/logger';
import { systemIds, systemRandom } from '@gantry/kit/random';
import { startAgent, type Agent } from './agent.ts';
import { createLocalMachine } from './machine/local/local-machine.ts';
import { createDockerRuntime } from './runtime/docker/docker-runtime.ts';
import { importTestImage, type TestImage } from './runtime/test-image.ts';
import { createToyApi, type ToyApi } from './toy/toy-api.ts';

const socketPath = (process.env['DOCKER_HOST'] ?? '').replace(/^unix:\/\//, '') || '/var/run/docker.sock';
const docker = new Docker({ socketPath });
/** Generous: it is only reached by what would fail anyway. */
const PATIENCE_MS = 40_000;
let image: TestImage;

test.before(async () => {
  image = await importTestImage(docker);
});
test.after.always(() => image.remove());

interface Bench {
  api: ToyApi;
  /** Starts the agent, also after `stopAgent`, as after a restart. */
  startAgent(): Promise<Agent>;
  stopAgent(): Promise<void>;
  run(name: string, script: string, container?: Partial<Container>, spec?: Partial<PodSpec>): void;
  until(name: string, wanted: (pod: Pod) => boolean): Promise<Pod>;
  untilGone(name: string): Promise<void>;
  containers(): Promise<Docker.ContainerInfo[]>;
}

async function open(t: ExecutionContext): Promise<Bench> {
  const node = `agent-test-${systemIds.suffix(6)}`;
  const folder = await mkdtemp(join(tmpdir(), 'gantry-agent-'));
  const api = createToyApi();
  const shared = { clock: systemClock, random: systemRandom, ids: systemIds, logger: silentLogger };
  let agent: Agent | undefined;
  const list = (): Promise<Docker.ContainerInfo[]> =>
    docker.listContainers({ all: true, filters: { label: [`gantry.dev/node=${node}`] } });
  const stopAgent = async (): Promise<void> => {
    await agent?.stop();
    agent = undefined;
  };
  t.teardown(async () => {
    await stopAgent();
    for (const { Id } of await list())
      await docker.getContainer(Id).remove({ force: true }).catch(ignoreGoing);
    await rm(folder, { recursive: true, force: true });
  });
  return {
    api,
    stopAgent,
    containers: async () => (await list()).filter(({ Labels }) => Labels['gantry.dev/kind'] !== 'sandbox'),
    async startAgent() {
      const stateFolder = join(folder, 'runtime');
      const runtime = createDockerRuntime({
        ...shared,
        nodeName: node,
        stateFolder,
        socketPath,
        warmPoolSize: 0,
      });
      const options = { name: node, labels: {}, podsMax: 110, agentVersion: 'v1' };
      agent = await startAgent({
        ...shared,
        ...{ transport: api.transport, runtime },
        machine: createLocalMachine({ ...shared, stateFolder: folder, address: '127.0.0.1' }),
        options: {
          node: { ...options, reserved: { cpuMilli: 0, memoryBytes: 0 } },
          heartbeatIntervalMs: 200,
        },
      });
      return agent;
    },
    run(name, script, container = {}, spec = {}) {
      api.put('pods', {
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } },
        spec: {
          nodeName: node,
          terminationGracePeriodSeconds: 2,
          containers: [
            {
              name: 'app',
              image: image.id,
              imagePullPolicy: 'Never',
              command: ['sh', '-c', script],
              ...container,
            },
          ],
          ...spec,
        },
      });
    },
    async until(name, wanted) {
      for (const endMs = Date.now() + PATIENCE_MS; ;) {
        const pod = api.get<Pod>('pods', name);
        if (pod !== undefined && wanted(pod)) return pod;
        if (Date.now() > endMs) throw new Error(`${name} is ${JSON.stringify(pod?.status)}`);
        await sleep(systemClock, 30);
      }
    },
    async untilGone(name) {
      for (const endMs = Date.now() + PATIENCE_MS; api.get('pods', name) !== undefined;) {
        if (Date.now() > endMs) throw new Error(`${name} is still there`);
        await sleep(systemClock, 30);
      }
    },
  };
}

/** The engine may still be removing what the agent had it remove. */
function ignoreGoing(error: unknown): void {
  const { statusCode } = error as { statusCode?: number };
  if (statusCode !== 404 && statusCode !== 409) throw error;
}

const app = (pod: Pod): ContainerStatus | undefined => pod.status?.containerStatuses?.[0];
const isRunning = (pod: Pod): boolean => app(pod)?.state?.running !== undefined;
const isOver = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
const FOREVER = 'trap "exit 0" TERM; while true; do sleep 0.2; done';

test('a pod runs, is killed and comes back, and goes with nothing left', async (t) => {
  const bench = await open(t);
  await bench.startAgent();
  bench.run('web', FOREVER);
  const pod = await bench.until('web', isRunning);
  t.like(pod.status, { phase: 'Running', qosClass: 'BestEffort', hostIP: '127.0.0.1' });
  t.true((pod.status?.podIP ?? '') !== '');
  await docker.getContainer((app(pod)?.containerID ?? '').replace('docker://', '')).kill();
  const back = await bench.until('web', (now) => app(now)?.restartCount === 1 && isRunning(now));
  t.like(app(back)?.lastState?.terminated, { exitCode: 137, signal: 9, reason: 'Error' });
  bench.api.remove('pods', 'web');
  await bench.untilGone('web');
  t.deepEqual(await bench.containers(), []);
});

test('init containers, environment, volumes and last words', async (t) => {
  const bench = await open(t);
  bench.api.put('configmaps', {
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default' } },
    data: { color: 'red' },
  });
  await bench.startAgent();
  const volumeMounts = [
    { name: 'scratch', mountPath: '/scratch' },
    { name: 'files', mountPath: '/files' },
  ];
  const script = 'echo "$COLOR $(cat /files/color) $(cat /scratch/x) $WHO" > /dev/termination-log; exit 3';
  bench.run(
    'job',
    script,
    {
      volumeMounts,
      env: [
        { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'c', key: 'color' } } },
        { name: 'WHO', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
    },
    {
      restartPolicy: 'Never',
      initContainers: [
        {
          ...{ name: 'init', image: image.id, imagePullPolicy: 'Never', volumeMounts },
          command: ['sh', '-c', 'echo made > /scratch/x'],
        },
      ],
      volumes: [
        { name: 'scratch', emptyDir: {} },
        { name: 'files', configMap: { name: 'c' } },
      ],
    },
  );
  const pod = await bench.until(
    'job',
    (now) => isOver(now) && app(now)?.state?.terminated?.message !== undefined,
  );
  t.is(pod.status?.phase, 'Failed');
  t.like(app(pod)?.state?.terminated, { exitCode: 3, reason: 'Error', message: 'red red made job\n' });
  t.like(pod.status?.initContainerStatuses?.[0], {
    ready: true,
    state: { terminated: { reason: 'Completed' } },
  });
});

test('a restarted agent adopts what runs, also without the control plane', async (t) => {
  const bench = await open(t);
  await bench.startAgent();
  bench.run('web', FOREVER);
  const before = await bench.until('web', isRunning);
  // The checkpoint is written beside the real work; stopping waits for it.
  await bench.stopAgent();
  bench.api.isAway = true;
  await bench.startAgent();
  const id = (app(before)?.containerID ?? '').replace('docker://', '');
  await docker.getContainer(id).kill();
  for (const endMs = Date.now() + PATIENCE_MS; ;) {
    const running = (await bench.containers()).filter(({ State }) => State === 'running');
    if (running.length === 1 && running[0]?.Id !== id) break;
    if (Date.now() > endMs) throw new Error('nothing was restarted while the control plane was away');
    await sleep(systemClock, 50);
  }
  bench.api.isAway = false;
  const after = await bench.until('web', (now) => app(now)?.restartCount === 1 && isRunning(now));
  await bench.stopAgent();
  await bench.startAgent();
  await sleep(systemClock, 500);
  t.is(app(bench.api.get<Pod>('pods', 'web') ?? after)?.containerID, app(after)?.containerID);
});

test('a pod that the API forgot while the agent was away is removed', async (t) => {
  const bench = await open(t);
  await bench.startAgent();
  bench.run('web', FOREVER);
  await bench.until('web', isRunning);
  await bench.stopAgent();
  bench.api.remove('pods', 'web', 0);
  await bench.startAgent();
  for (const endMs = Date.now() + PATIENCE_MS; (await bench.containers()).length > 0;) {
    if (Date.now() > endMs) throw new Error('the orphan is still there');
    await sleep(systemClock, 50);
  }
  t.pass();
});

test('a command that does not exist is told, with an Event', async (t) => {
  const bench = await open(t);
  await bench.startAgent();
  bench.run('bad', '', { command: ['/no/such/program'] });
  const pod = await bench.until('bad', (now) => app(now)?.state?.waiting?.reason === 'RunContainerError');
  t.regex(app(pod)?.state?.waiting?.message ?? '', /no such file/);
  for (const endMs = Date.now() + PATIENCE_MS; ;) {
    if (
      bench.api
        .list<Event>('events')
        .some(({ reason, message }) => reason === 'Failed' && /no such file/.test(message ?? ''))
    )
      break;
    if (Date.now() > endMs) throw new Error('no Event was written');
    await sleep(systemClock, 50);
  }
});

test('probes make a pod ready and restart it', async (t) => {
  const bench = await open(t);
  await bench.startAgent();
  bench.run('web', `touch /tmp/live; ${FOREVER}`, {
    readinessProbe: { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 1, timeoutSeconds: 20 },
    livenessProbe: {
      exec: { command: ['cat', '/tmp/live'] },
      periodSeconds: 1,
      timeoutSeconds: 20,
      failureThreshold: 2,
    },
  });
  const started = await bench.until('web', isRunning);
  t.false(app(started)?.ready);
  const container = docker.getContainer((app(started)?.containerID ?? '').replace('docker://', ''));
  const run = async (...Cmd: string[]): Promise<void> => {
    const exec = await container.exec({ Cmd, AttachStdout: true });
    (await exec.start({})).resume();
  };
  await run('touch', '/tmp/ready');
  await bench.until('web', (now) => app(now)?.ready === true);
  await run('sh', '-c', 'mv /tmp/live /tmp/dead');
  const back = await bench.until('web', (now) => app(now)?.restartCount === 1 && isRunning(now));
  t.false(app(back)?.ready);
});

test('a node that somebody deletes comes back', async (t) => {
  const bench = await open(t);
  await bench.startAgent();
  const names = (): (string | undefined)[] => bench.api.list('nodes').map(({ metadata }) => metadata.uid);
  const wait = async (wanted: () => boolean): Promise<void> => {
    for (const endMs = Date.now() + PATIENCE_MS; !wanted();) {
      if (Date.now() > endMs) throw new Error('the node did not come');
      await sleep(systemClock, 50);
    }
  };
  await wait(() => names().length === 1 && bench.api.list('leases').length === 1);
  const [uid] = names();
  bench.api.remove('nodes', bench.api.list('nodes')[0]?.metadata.name ?? '', 0);
  await wait(() => names().length === 1 && names()[0] !== uid);
  t.pass();
});

test('a pod that says how to resolve names finds it in its resolv.conf', async (t) => {
  const bench = await open(t);
  await bench.startAgent();
  bench.run(
    'names',
    'cat /etc/resolv.conf > /dev/termination-log',
    {},
    {
      restartPolicy: 'Never',
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['192.0.2.53'],
        searches: ['x.example'],
        options: [{ name: 'ndots', value: '2' }],
      },
    },
  );
  const pod = await bench.until(
    'names',
    (now) => isOver(now) && app(now)?.state?.terminated?.message !== undefined,
  );
  t.is(app(pod)?.state?.terminated?.message, 'nameserver 192.0.2.53\nsearch x.example\noptions ndots:2\n');
});
