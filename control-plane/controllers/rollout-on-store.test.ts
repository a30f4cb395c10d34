// The controllers over real resources: defaults, checks, admission and revisions as in production.
import test from 'ava';
import { controllerRevisionKind } from '@gantry/api/kinds/controller-revision';
import { daemonSetKind } from '@gantry/api/kinds/daemon-set';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { nodeKind } from '@gantry/api/kinds/node';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { keyOf, type AnyObject } from '@gantry/api/meta';
import { timeText } from '@gantry/kit/time-text';
import { given, startTestEngine, type TestEngine } from '../engine/test-engine.ts';
import { daemonSetController } from './daemon-set/daemon-set-controller.ts';
import { deploymentController } from './deployment/deployment-controller.ts';
import { isActive, isDeleting, isReady } from './pod-condition.ts';
import { replicaSetController } from './replica-set/replica-set-controller.ts';
import { aDaemonSet, aDeployment } from './toy-workloads.ts';

const WEB = { namespace: 'default', name: 'web' };

/** All pods become ready, and those on their way out end. */
async function agentsAct({ cache, resources, context, clock }: TestEngine): Promise<void> {
  for (const pod of cache.list(podKind)) {
    if (isDeleting(pod)) await resources.delete(podKind, keyOf(pod), { gracePeriodSeconds: 0 }, context());
    else if (!isReady(pod)) {
      const ready = { type: 'Ready', status: 'True', lastTransitionTime: timeText(clock.nowMs()) };
      const status = { phase: 'Running', conditions: [ready] };
      const change = (current: AnyObject): AnyObject => ({ ...current, status });
      await resources.update(podKind, keyOf(pod), 'status', change, context());
    }
  }
}

/** Agents act and controllers follow, until nothing changes any more. */
async function settled(engine: TestEngine): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    await engine.still();
    const revision = engine.cache.revision;
    await agentsAct(engine);
    engine.clock.advance(1000);
    await engine.still();
    if (engine.cache.revision === revision) return;
  }
  throw new Error('it does not settle');
}

const activePods = ({ cache }: TestEngine): Pod[] => cache.list(podKind).filter(isActive);
const images = (engine: TestEngine): (string | undefined)[] =>
  activePods(engine).map((pod) => pod.spec.containers[0]?.image);

async function setImage(
  engine: TestEngine,
  definition: typeof deploymentKind | typeof daemonSetKind,
  image: string,
): Promise<void> {
  const change = (current: AnyObject): AnyObject => {
    const next = structuredClone(current) as Deployment;
    next.spec.template.spec.containers = [{ name: 'main', image }];
    return next;
  };
  await engine.resources.update(definition, WEB, 'main', change, engine.context());
}

test('a Deployment rolls out, rolls on, is undone, and then leaves the store alone', async (t) => {
  const engine = await startTestEngine();
  const stop = engine.run(deploymentController(), replicaSetController());
  await given(engine, deploymentKind, aDeployment({ replicas: 4 }));
  await settled(engine);
  t.deepEqual(images(engine), ['web:1', 'web:1', 'web:1', 'web:1']);
  await setImage(engine, deploymentKind, 'web:2');
  await settled(engine);
  t.deepEqual(images(engine), ['web:2', 'web:2', 'web:2', 'web:2']);
  await setImage(engine, deploymentKind, 'web:1');
  await settled(engine);
  t.deepEqual(images(engine), ['web:1', 'web:1', 'web:1', 'web:1']);
  t.is(engine.cache.list(replicaSetKind).length, 2, 'defaulted templates are the same templates');
  t.like(engine.cache.get(deploymentKind, WEB)?.status, {
    replicas: 4,
    updatedReplicas: 4,
    availableReplicas: 4,
  });
  const revision = await engine.store.currentRevision();
  engine.clock.advance(60_000);
  await engine.still();
  t.is(await engine.store.currentRevision(), revision, 'a settled Deployment writes nothing');
  t.deepEqual(
    engine.logs.filter(({ level }) => level === 'error'),
    [],
  );
  const events = await engine.toldEvents();
  t.true(
    events.some(
      ({ reason, message }) =>
        reason === 'ScalingReplicaSet' && /^Scaled up replica set web-\w+ from 0 to 4$/.test(message ?? ''),
    ),
  );
  t.true(events.some(({ reason }) => reason === 'SuccessfulCreate'));
  await stop();
  await engine.close();
});

test('controllers that are stopped and started in the middle of a rollout go on where they were', async (t) => {
  const engine = await startTestEngine();
  let stop = engine.run(deploymentController(), replicaSetController());
  await given(engine, deploymentKind, aDeployment({ replicas: 3 }));
  await settled(engine);
  await setImage(engine, deploymentKind, 'web:2');
  for (let turn = 0; turn < 12; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (turn % 3 !== 2) continue;
    await stop();
    await agentsAct(engine);
    stop = engine.run(deploymentController(), replicaSetController());
  }
  await settled(engine);
  t.deepEqual(images(engine), ['web:2', 'web:2', 'web:2']);
  await stop();
  await engine.close();
});

test('a DaemonSet rolls out on every node, keeps its versions, and then leaves the store alone', async (t) => {
  const engine = await startTestEngine();
  for (const name of ['n1', 'n2']) {
    await given(engine, nodeKind, { apiVersion: 'v1', kind: 'Node', metadata: { name } });
  }
  const stop = engine.run(daemonSetController());
  await given(engine, daemonSetKind, aDaemonSet());
  await settled(engine);
  t.deepEqual(images(engine), ['web:1', 'web:1']);
  await setImage(engine, daemonSetKind, 'web:2');
  await settled(engine);
  t.deepEqual(images(engine), ['web:2', 'web:2']);
  t.deepEqual(
    engine.cache
      .list(controllerRevisionKind)
      .map(({ revision }) => revision)
      .sort(),
    [1, 2],
  );
  t.like(engine.cache.get(daemonSetKind, WEB)?.status, {
    desiredNumberScheduled: 2,
    updatedNumberScheduled: 2,
    numberAvailable: 2,
  });
  const revision = await engine.store.currentRevision();
  engine.clock.advance(60_000);
  await engine.still();
  t.is(await engine.store.currentRevision(), revision);
  t.deepEqual(
    engine.logs.filter(({ level }) => level === 'error'),
    [],
  );
  await stop();
  await engine.close();
});

test('a hundred replicas are made and removed', async (t) => {
  const engine = await startTestEngine();
  const stop = engine.run(deploymentController(), replicaSetController());
  await given(engine, deploymentKind, aDeployment({ replicas: 100 }));
  await engine.until('all are there', () => activePods(engine).length === 100);
  await engine.still();
  t.is(activePods(engine).length, 100);
  const change = (current: AnyObject): AnyObject => ({
    ...current,
    spec: { ...(current as Deployment).spec, replicas: 0 },
  });
  await engine.resources.update(deploymentKind, WEB, 'main', change, engine.context());
  await engine.until('all are told to go', () => activePods(engine).length === 0);
  await stop();
  await engine.close();
});
