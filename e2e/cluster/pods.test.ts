// What a pod promises its containers, on a real node: order, environment, files, volumes, probes, hooks, limits,
// and what a user can do with one that runs.
import test from 'ava';
import { Writable } from 'node:stream';
import { Attach, KubeConfig } from '@kubernetes/client-node';
import { configMapKind } from '@gantry/api/kinds/config-map';
import { secretKind } from '@gantry/api/kinds/secret';
import { podKind, type PodSpec } from '@gantry/api/kinds/pod';
import { waitFor } from './local-world.ts';
import { container, isReady, openStage, podOf, type Stage } from './stage.ts';

let stage: Stage;
const NS = 'default';
const ONCE = { restartPolicy: 'Never' as const };

test.before(async () => {
  stage = await openStage({ agents: ['n1'] });
});

test.after.always(async () => {
  await stage?.close();
});

async function logsOf(pod: string, ...flags: string[]): Promise<string> {
  const ran = await stage.gantry(['logs', pod, ...flags]);
  if (ran.code !== 0) throw new Error(ran.err);
  return ran.out;
}

async function succeeded(name: string): Promise<void> {
  await stage.podUntil(NS, name, ({ status }) => {
    if (status?.phase === 'Failed') throw new Error('it failed');
    return status?.phase === 'Succeeded';
  });
}

test('init containers run one after the other, then the containers; an emptyDir is shared by all', async (t) => {
  const mount = { volumeMounts: [{ name: 'work', mountPath: '/work' }] };
  await stage.make(
    NS,
    podOf('init', {
      ...ONCE,
      volumes: [{ name: 'work', emptyDir: {} }],
      initContainers: [
        container('sleep 1; echo one >> /work/order', { ...mount, name: 'one' }),
        container('echo two >> /work/order', { ...mount, name: 'two' }),
      ],
      containers: [
        container(
          'echo three >> /work/order; while ! test -e /work/done; do sleep 0.1; done; cat /work/order',
          {
            ...mount,
          },
        ),
        container('while ! test -s /work/order; do sleep 0.1; done; echo > /work/done', {
          ...mount,
          name: 'side',
        }),
      ],
    }),
  );
  await succeeded('init');
  t.is(await logsOf('init', '-c', 'app'), 'one\ntwo\nthree\n');
  const { status } = await stage.pod(NS, 'init');
  const [one, two] = status?.initContainerStatuses ?? [];
  t.true(
    (one?.state?.terminated?.finishedAt ?? '') <= (two?.state?.terminated?.startedAt ?? ''),
    JSON.stringify(status?.initContainerStatuses),
  );
  t.is(two?.state?.terminated?.reason, 'Completed');
});

test('ConfigMap and Secret come as environment and files; files follow a change, the environment does not', async (t) => {
  await stage.make(
    NS,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'cm' },
      data: { COLOUR: 'blue', 'a.conf': 'x=1' },
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'sec' }, stringData: { PASSWORD: 'hush' } },
    podOf('config', {
      volumes: [
        { name: 'cm', configMap: { name: 'cm' } },
        { name: 'sec', secret: { secretName: 'sec', defaultMode: 0o400 } },
      ],
      containers: [
        container(undefined, {
          envFrom: [{ configMapRef: { name: 'cm' } }],
          env: [
            { name: 'PASS', valueFrom: { secretKeyRef: { name: 'sec', key: 'PASSWORD' } } },
            { name: 'BOTH', value: '$(COLOUR)-$(PASS)' },
          ],
          volumeMounts: [
            { name: 'cm', mountPath: '/cm' },
            { name: 'sec', mountPath: '/sec' },
          ],
        }),
      ],
    }),
  );
  await stage.podUntil(NS, 'config', isReady, 'ready');
  const read = async (script: string): Promise<string> =>
    (await stage.gantry(['exec', 'config', '--', 'sh', '-c', script])).out;
  t.is(await read('echo $COLOUR $PASS $BOTH; cat /cm/a.conf /sec/PASSWORD'), 'blue hush blue-hush\nx=1hush');
  const before = await stage.pod(NS, 'config');
  await stage.client.patch(configMapKind, { namespace: NS, name: 'cm' }, 'merge', {
    data: { COLOUR: 'red', 'a.conf': 'x=2' },
  });
  await stage.client.patch(secretKind, { namespace: NS, name: 'sec' }, 'merge', {
    stringData: { PASSWORD: 'louder' },
  });
  await waitFor(
    'the files to follow',
    async () => (await read('cat /cm/a.conf /sec/PASSWORD')) === 'x=2louder',
  );
  t.is(await read('echo $COLOUR $PASS'), 'blue hush\n');
  const after = await stage.pod(NS, 'config');
  t.is(after.status?.containerStatuses?.[0]?.containerID, before.status?.containerStatuses?.[0]?.containerID);
});

test('a missing ConfigMap holds the container back, says so, and lets it go when it comes', async (t) => {
  await stage.make(
    NS,
    podOf('late', {
      containers: [container(undefined, { envFrom: [{ configMapRef: { name: 'comes-late' } }] })],
    }),
  );
  const held = await stage.podUntil(
    NS,
    'late',
    ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
  );
  t.regex(
    held.status?.containerStatuses?.[0]?.state?.waiting?.message ?? '',
    /configmap "comes-late" not found/,
  );
  await stage.make(NS, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'comes-late' },
    data: { A: 'b' },
  });
  t.is((await stage.podUntil(NS, 'late', isReady, 'ready')).status?.phase, 'Running');
});

test('the downward API tells a container what it is', async (t) => {
  await stage.make(
    NS,
    podOf(
      'mirror',
      {
        ...ONCE,
        volumes: [
          {
            name: 'info',
            downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] },
          },
        ],
        containers: [
          container('echo $NAME $SPACE $NODE $IP $LIMIT; cat /info/labels', {
            resources: { limits: { memory: '64Mi', cpu: '500m' } },
            env: [
              { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'SPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
              { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
              { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
              { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory' } } },
            ],
            volumeMounts: [{ name: 'info', mountPath: '/info' }],
          }),
        ],
      },
      { tier: 'front' },
    ),
  );
  await succeeded('mirror');
  const { status } = await stage.pod(NS, 'mirror');
  t.is((await logsOf('mirror')).trim(), `mirror default n1 ${status?.podIP} 67108864\ntier="front"`);
});

test('readiness goes with its probe, liveness restarts', async (t) => {
  const quick = { periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 60 };
  await stage.make(
    NS,
    podOf('probed', {
      containers: [
        container('echo > /tmp/ready; echo > /tmp/live; while :; do sleep 1; done', {
          readinessProbe: { exec: { command: ['test', '-e', '/tmp/ready'] }, ...quick },
          livenessProbe: { exec: { command: ['test', '-e', '/tmp/live'] }, ...quick },
        }),
      ],
    }),
  );
  await stage.podUntil(NS, 'probed', isReady, 'ready');
  const remove = (file: string) => stage.gantry(['exec', 'probed', '--', 'busybox', 'rm', file]);
  const removed = await remove('/tmp/ready');
  t.is(removed.code, 0, JSON.stringify(removed));
  const unready = await stage.podUntil(NS, 'probed', (pod) => !isReady(pod), 'not ready');
  t.is(unready.status?.phase, 'Running');
  t.is(unready.status?.containerStatuses?.[0]?.restartCount, 0);
  await stage.eventUntil(NS, 'probed', 'Unhealthy', /^Readiness probe failed/);
  t.is((await remove('/tmp/live')).code, 0);
  const restarted = await stage.podUntil(
    NS,
    'probed',
    (pod) => isReady(pod) && (pod.status?.containerStatuses?.[0]?.restartCount ?? 0) === 1,
  );
  t.truthy(restarted.status?.containerStatuses?.[0]?.lastState?.terminated);
  await stage.eventUntil(NS, 'probed', 'Unhealthy', /^Liveness probe failed/);
  await stage.eventUntil(NS, 'probed', 'Killing', /failed liveness probe, will be restarted/);
});

test('http and tcp probes ask the pod itself', async (t) => {
  const period = { periodSeconds: 1 };
  await stage.make(
    NS,
    podOf('served', {
      containers: [
        {
          ...container(),
          command: ['/start'],
          ports: [{ name: 'web', containerPort: 8080 }],
          startupProbe: { tcpSocket: { port: 8080 }, ...period, failureThreshold: 60 },
          readinessProbe: { httpGet: { path: '/healthz', port: 'web' }, ...period },
        },
      ],
    }),
  );
  const pod = await stage.podUntil(NS, 'served', isReady, 'ready');
  t.true(pod.status?.containerStatuses?.[0]?.started);
});

test('preStop runs before TERM, and the grace period is kept to', async (t) => {
  const folder: Pick<PodSpec, 'volumes'> = {
    volumes: [{ name: 'out', hostPath: { path: `${stage.world.folder}/out`, type: 'DirectoryOrCreate' } }],
  };
  const mount = { volumeMounts: [{ name: 'out', mountPath: '/out' }] };
  await stage.make(
    NS,
    podOf('polite', {
      ...folder,
      terminationGracePeriodSeconds: 30,
      containers: [
        container('trap "echo term >> /out/polite; exit 0" TERM; while :; do sleep 0.1; done', {
          ...mount,
          lifecycle: { preStop: { exec: { command: ['sh', '-c', 'echo pre-stop >> /out/polite'] } } },
        }),
      ],
    }),
    podOf('stubborn', {
      terminationGracePeriodSeconds: 1,
      containers: [container('trap "" TERM; while :; do sleep 0.1; done')],
    }),
    podOf('witness', { ...folder, containers: [container(undefined, mount)] }),
  );
  await Promise.all(
    ['polite', 'stubborn', 'witness'].map((name) => stage.podUntil(NS, name, isReady, 'ready')),
  );
  const [polite, stubborn] = await Promise.all([
    stage.gantry(['delete', 'pod', 'polite']),
    stage.gantry(['delete', 'pod', 'stubborn']),
  ]);
  t.is(polite.code, 0, polite.err);
  t.is(stubborn.code, 0, stubborn.err);
  const told = await stage.gantry(['exec', 'witness', '--', 'cat', '/out/polite']);
  t.is(told.out, 'pre-stop\nterm\n');
  await waitFor('an engine without them', async () => {
    const seen = await stage.seen('n1', NS);
    return !seen.some(({ pod }) => pod === 'polite' || pod === 'stubborn');
  });
});

test('the last words of a container and the log before its restart are kept', async (t) => {
  await stage.make(
    NS,
    podOf('words', {
      restartPolicy: 'OnFailure',
      volumes: [{ name: 'mem', emptyDir: {} }],
      containers: [
        container(
          'if test -e /mem/second; then echo second run; exit 0; fi; echo > /mem/second; echo first run; echo "no luck" > /dev/termination-log; exit 7',
          { volumeMounts: [{ name: 'mem', mountPath: '/mem' }] },
        ),
      ],
    }),
  );
  await succeeded('words');
  const { status } = await stage.pod(NS, 'words');
  const [app] = status?.containerStatuses ?? [];
  t.is(app?.restartCount, 1);
  t.is(app?.lastState?.terminated?.exitCode, 7);
  t.is(app?.lastState?.terminated?.reason, 'Error');
  t.is(app?.lastState?.terminated?.message?.trim(), 'no luck');
  t.is(await logsOf('words'), 'second run\n');
  t.is(await logsOf('words', '--previous'), 'first run\n');
});

test('a container above its memory limit ends as OOMKilled with 137', async (t) => {
  await stage.make(
    NS,
    podOf('greedy', {
      ...ONCE,
      containers: [container('busybox tail /dev/zero', { resources: { limits: { memory: '16Mi' } } })],
    }),
  );
  const pod = await stage.podUntil(NS, 'greedy', ({ status }) => status?.phase === 'Failed', 'failed');
  const ended = pod.status?.containerStatuses?.[0]?.state?.terminated;
  t.is(ended?.reason, 'OOMKilled');
  t.is(ended?.exitCode, 137);
  await stage.eventUntil(NS, 'greedy', 'OOMKilled', /more memory than its limit of 16Mi \(exit code 137\)/);
});

test('exec hands on standard input and the exit code; logs -f goes on until the end; attach hears', async (t) => {
  await stage.make(
    NS,
    podOf('talker', {
      ...ONCE,
      containers: [
        container(
          'i=0; while ! test -e /tmp/end; do echo line $i; i=$((i+1)); sleep 0.2; done; echo the end',
        ),
      ],
    }),
  );
  await stage.podUntil(NS, 'talker', isReady, 'ready');
  const echoed = await stage.gantry(
    ['exec', '-i', 'talker', '--', 'sh', '-c', 'cat; echo oops >&2; exit 3'],
    'from outside',
  );
  t.is(echoed.out, 'from outside');
  t.regex(echoed.err, /oops/);
  t.is(echoed.code, 3);
  const missing = await stage.gantry(['exec', 'talker', '--', 'no-such-program']);
  t.deepEqual(missing, {
    code: 127,
    out: '',
    err: 'exec: "no-such-program": executable file not found in $PATH\n',
  });
  const noProgram = await stage.gantry(['exec', 'talker', '--', '/etc']);
  t.deepEqual(noProgram, { code: 126, out: '', err: 'exec: "/etc": permission denied\n' });
  const byShell = await stage.gantry(['exec', 'talker', '--', 'sh', '-c', 'no-such-program']);
  t.like(byShell, { code: 127, out: '' });
  t.regex(byShell.err, /^sh: .*not found\n$/);

  const follow = stage.start(['logs', '-f', 'talker'], '');
  await waitFor('the log to flow', async () => /line 3/.test(follow.soFar()));
  const config = new KubeConfig();
  config.loadFromFile(stage.world.kubeconfig);
  let heard = '';
  const ear = new Writable({
    write(chunk: Buffer, _encoding, done) {
      heard += chunk.toString();
      done();
    },
  });
  const socket = await new Attach(config).attach(NS, 'talker', 'app', ear, null, null, false);
  await waitFor('attach to hear', async () => /line \d+/.test(heard));
  socket.close();
  t.is((await stage.gantry(['exec', 'talker', '--', 'sh', '-c', 'echo > /tmp/end'])).code, 0);
  const ended = await follow.ended;
  t.is(ended.code, 0);
  t.regex(ended.out, /^line 0\nline 1\n[^]*the end\n$/);
});

test('gantry attach speaks to the first process and hears it out', async (t) => {
  const listens = { stdin: true, stdinOnce: true };
  await stage.make(
    NS,
    podOf('ear', {
      ...ONCE,
      containers: [container('while read -r line; do echo heard $line; done; echo over >&2', listens)],
    }),
  );
  await stage.podUntil(NS, 'ear', isReady, 'ready');
  const spoken = await stage.gantry(['attach', '-i', 'ear'], 'one\ntwo\n');
  t.deepEqual(spoken, { code: 0, out: 'heard one\nheard two\n', err: 'over\n' });
  await succeeded('ear');
  const late = await stage.gantry(['attach', 'ear']);
  t.like(late, { code: 4, out: '' });
  t.regex(late.err, /^Pod ear has ended \(Succeeded\).*\nIts output: gantry logs ear\n$/);
});

test('top tells what pods and nodes use', async (t) => {
  await stage.make(
    NS,
    podOf('busy', {
      containers: [container('while :; do :; done', { resources: { limits: { cpu: '200m' } } })],
    }),
  );
  await stage.podUntil(NS, 'busy', isReady, 'ready');
  await waitFor('figures', async () => {
    const { out } = await stage.gantry(['top', 'pods']);
    const cpu = /^busy\s+(\d+)m\s+(\d+)Mi/m.exec(out);
    return cpu !== null && Number(cpu[1]) > 20 && Number(cpu[1]) < 400;
  });
  const nodes = await stage.gantry(['top', 'nodes']);
  t.regex(nodes.out, /^n1\s+\d+m\s+\d+%\s+\d+Mi\s+\d+%/m);
  await stage.client.delete(podKind, { namespace: NS, name: 'busy' }, { gracePeriodSeconds: 0 });
  await stage.podGone(NS, 'busy');
});
