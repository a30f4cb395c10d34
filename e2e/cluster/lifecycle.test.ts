// Workloads from `apply` to their end on a real cluster: what the API says and what the engine holds agree.
import test from 'ava';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { jobKind, type Job } from '@gantry/api/kinds/job';
import { cronJobKind, type CronJob } from '@gantry/api/kinds/cron-job';
import { nodeKind } from '@gantry/api/kinds/node';
import type { Pod } from '@gantry/api/kinds/pod';
import { waitFor } from './local-world.ts';
import { container, deploymentOf, isReady, NEXT_IMAGE, openStage, type Stage } from './stage.ts';

let stage: Stage;

test.before(async () => {
  stage = await openStage({ agents: ['n1', 'n2'] });
});

test.after.always(async () => {
  await stage?.close();
});

async function seenOnBoth(namespace: string) {
  return [...(await stage.seen('n1', namespace)), ...(await stage.seen('n2', namespace))];
}

async function deploymentUntil(namespace: string, name: string, wanted: (one: Deployment) => boolean) {
  let last: Deployment | undefined;
  await waitFor(`deployment ${name}`, async () => {
    last = await stage.client.get<Deployment>(deploymentKind, { namespace, name });
    if (!wanted(last)) throw new Error(JSON.stringify(last.status));
    return true;
  });
  return last as Deployment;
}

const settled =
  (replicas: number) =>
  ({ metadata, status }: Deployment): boolean =>
    status?.observedGeneration === metadata.generation &&
    status?.readyReplicas === replicas &&
    status.updatedReplicas === replicas &&
    status.replicas === replicas;

test.serial('a drained node loses its pods to the other and keeps those of DaemonSets', async (t) => {
  const namespace = await stage.namespace('drain');
  await stage.apply(namespace, deploymentOf('web', 4), {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'each' },
    spec: {
      selector: { matchLabels: { app: 'each' } },
      template: {
        metadata: { labels: { app: 'each' } },
        spec: { terminationGracePeriodSeconds: 2, containers: [container()] },
      },
    },
  });
  await deploymentUntil(namespace, 'web', settled(4));
  await waitFor('one pod of the DaemonSet on each node', async () => {
    const pods = await stage.pods(namespace, 'app=each');
    return (
      pods.every(isReady) &&
      pods
        .map(({ spec }) => spec.nodeName)
        .sort()
        .join() === 'n1,n2'
    );
  });
  const web = await stage.pods(namespace, 'app=web');
  t.deepEqual([...new Set(web.map(({ spec }) => spec.nodeName))].sort(), ['n1', 'n2'], 'spread over nodes');

  const refused = await stage.gantry(['drain', 'n2']);
  t.is(refused.code, 1);
  t.regex(refused.err, /is of a DaemonSet: add --ignore-daemonsets/);
  const drained = await stage.gantry(['drain', 'n2', '--ignore-daemonsets']);
  t.is(drained.code, 0, drained.err);
  t.regex(drained.out, /node\/n2 drained/);
  await deploymentUntil(namespace, 'web', settled(4));
  t.deepEqual(
    [...new Set((await stage.pods(namespace, 'app=web')).map(({ spec }) => spec.nodeName))],
    ['n1'],
  );
  t.is((await stage.pods(namespace, 'app=each')).length, 2);

  t.is((await stage.gantry(['uncordon', 'n2'])).code, 0);
  const node = await stage.client.get(nodeKind, { namespace: '', name: 'n2' });
  t.not(node.spec?.unschedulable, true);
});

test('a Deployment is applied, scaled, updated without losing capacity, undone and deleted', async (t) => {
  const namespace = await stage.namespace('deploy');
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } };
  await stage.apply(namespace, deploymentOf('web', 2, { strategy }));
  await deploymentUntil(namespace, 'web', settled(2));
  t.is((await seenOnBoth(namespace)).filter(({ kind, running }) => kind === 'app' && running).length, 2);
  t.regex(
    await stage.apply(namespace, deploymentOf('web', 2, { strategy })),
    /deployment.apps\/web unchanged/,
  );

  t.is((await stage.gantry(['-n', namespace, 'scale', 'deployment/web', '--replicas', '4'])).code, 0);
  await deploymentUntil(namespace, 'web', settled(4));

  const samples: { ready: number; total: number }[] = [];
  const next = deploymentOf(
    'web',
    4,
    { strategy },
    { containers: [container(undefined, { image: NEXT_IMAGE })] },
  );
  const ready = (pods: Pod[]): Pod[] => pods.filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp);
  await stage.apply(namespace, next);
  await deploymentUntil(namespace, 'web', (one) => {
    return one.status?.observedGeneration === one.metadata.generation;
  });
  await waitFor('the update', async () => {
    const pods = await stage.pods(namespace, 'app=web');
    samples.push({
      ready: ready(pods).length,
      total: pods.filter(({ metadata }) => !metadata.deletionTimestamp).length,
    });
    const done = pods.every(({ spec }) => spec.containers[0]?.image === NEXT_IMAGE);
    return done && ready(pods).length === 4;
  });
  t.true(
    samples.every((sample) => sample.ready >= 3),
    `never below 3 ready: ${JSON.stringify(samples)}`,
  );
  t.true(
    samples.every(({ total }) => total <= 5),
    `never above 5: ${JSON.stringify(samples)}`,
  );
  const status = await stage.gantry(['-n', namespace, 'rollout', 'status', 'deployment/web']);
  t.is(status.code, 0);
  t.regex(status.out, /successfully rolled out/);

  const undone = await stage.gantry(['-n', namespace, 'rollout', 'undo', 'deployment/web']);
  t.is(undone.code, 0, undone.err);
  const back = await deploymentUntil(namespace, 'web', settled(4));
  t.is(back.spec.template.spec.containers[0]?.image, 'gantry.local/demo:1');
  t.is(back.metadata.annotations?.['deployment.kubernetes.io/revision'], '3');

  t.is((await stage.gantry(['-n', namespace, 'delete', 'deployment', 'web'])).code, 0);
  await waitFor('an engine without its containers', async () => (await seenOnBoth(namespace)).length === 0);
  t.deepEqual(await stage.pods(namespace), []);
});

test('a killed container runs again and is counted once', async (t) => {
  const namespace = await stage.namespace('restart');
  await stage.apply(namespace, deploymentOf('web', 1));
  await deploymentUntil(namespace, 'web', settled(1));
  const [before] = (await seenOnBoth(namespace)).filter(({ kind }) => kind === 'app');
  const [pod] = await stage.pods(namespace);
  await stage.docker.getContainer(before?.id ?? '').kill();
  const after = await stage.podUntil(
    namespace,
    pod?.metadata.name ?? '',
    ({ status }) => status?.containerStatuses?.[0]?.restartCount === 1 && status.containerStatuses[0].ready,
  );
  t.is(after.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 137);
  t.not(after.status?.containerStatuses?.[0]?.containerID, `docker://${before?.id}`);
  t.is(after.metadata.uid, pod?.metadata.uid, 'the pod is the same');
});

test('an Indexed Job runs each index once and ends', async (t) => {
  const namespace = await stage.namespace('job');
  await stage.apply(namespace, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'sum' },
    spec: {
      completions: 4,
      parallelism: 2,
      completionMode: 'Indexed',
      template: {
        spec: { restartPolicy: 'Never', containers: [container('echo index $JOB_COMPLETION_INDEX')] },
      },
    },
  });
  let job: Job | undefined;
  let most = 0;
  await waitFor('the Job', async () => {
    const running = (await stage.pods(namespace)).filter(({ status }) => status?.phase === 'Running');
    most = Math.max(most, running.length);
    job = await stage.client.get<Job>(jobKind, { namespace, name: 'sum' });
    return (
      job.status?.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') ?? false
    );
  });
  t.true(most <= 2);
  t.is(job?.status?.succeeded, 4);
  t.is(job?.status?.completedIndexes, '0-3');
  const logs = await stage.gantry(['-n', namespace, 'logs', '-l', 'job-name=sum']);
  t.deepEqual([...logs.out.matchAll(/index (\d)/g)].map(([, index]) => index).sort(), ['0', '1', '2', '3']);
  t.is((await stage.pods(namespace)).length, 4);
  t.is((await stage.gantry(['-n', namespace, 'delete', 'job', 'sum'])).code, 0);
  await waitFor('an engine without its containers', async () => (await seenOnBoth(namespace)).length === 0);
});

test('a CronJob makes one Job at its tick, with its template', async (t) => {
  const namespace = await stage.namespace('cron');
  await stage.apply(namespace, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick' },
    spec: {
      schedule: '* * * * *',
      concurrencyPolicy: 'Forbid',
      jobTemplate: {
        spec: {
          template: { spec: { restartPolicy: 'Never', containers: [container('echo tick')] } },
        },
      },
    },
  });
  let jobs: Job[] = [];
  await waitFor(
    'the next minute',
    async () => {
      jobs = (await stage.client.list<Job>(jobKind, { namespace })).items;
      return jobs.length > 0;
    },
    100_000,
  );
  const cron = await stage.client.get<CronJob>(cronJobKind, { namespace, name: 'tick' });
  t.is(jobs.length, 1);
  t.is(jobs[0]?.metadata.ownerReferences?.[0]?.uid, cron.metadata.uid);
  await waitFor('the Job to complete', async () => {
    const job = await stage.client.get<Job>(jobKind, { namespace, name: jobs[0]?.metadata.name ?? '' });
    return job.status?.succeeded === 1;
  });
});

test('a namespace that is deleted takes all with it', async (t) => {
  const namespace = await stage.namespace('leaving');
  await stage.apply(namespace, deploymentOf('web', 2), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { colour: 'blue' },
  });
  await deploymentUntil(namespace, 'web', settled(2));
  const deleted = await stage.gantry(['delete', 'namespace', namespace]);
  t.is(deleted.code, 0, deleted.err);
  await waitFor('the namespace gone', async () => {
    const ran = await stage.gantry(['get', 'namespace', namespace]);
    return ran.code === 3;
  });
  t.deepEqual(await seenOnBoth(namespace), []);
});
