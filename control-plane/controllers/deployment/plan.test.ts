import test from 'ava';
import { deploymentKind, type Deployment } from '@gantry/api/kinds/deployment';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import type { ActionFailure } from '../../engine/controller.ts';
import { describeReason } from '../../engine/reason-text.ts';
import { passIn, settleAll, type ToyPass } from '../../engine/settle.ts';
import {
  emptyWorld,
  later,
  readerOf,
  withChange,
  withDeletion,
  withObject,
  type World,
} from '../../engine/toy-world.ts';
import { contentHash } from '../content-hash.ts';
import { aDeployment, aReplicaSet, aTemplate } from '../toy-workloads.ts';
import { REVISION, REVISION_HISTORY } from './annotations.ts';
import { deploymentController } from './deployment-controller.ts';
import { HASH_LABEL } from './fleet.ts';
import {
  agentsAct,
  deploymentIn,
  edited,
  replicaSetsIn,
  rolloutControllers,
  sizesIn,
  WEB,
  withImage,
} from './toy-rollout.ts';

const controller = deploymentController();
const begun = (spec: Partial<Deployment['spec']> = {}, metadata: Deployment['metadata'] = {}): World =>
  withObject(emptyWorld(), deploymentKind, aDeployment(spec, metadata));

function pass(world: World, failure?: ActionFailure): ToyPass {
  const done = passIn(world, controller, WEB, failure === undefined ? {} : { failure });
  if (done === undefined) throw new Error('there is no Deployment web');
  return done;
}

/** Controllers and agents in turn until all is still. */
function rolledOut(start: World, agents: (world: World) => World = agentsAct): World {
  let world = start;
  for (let round = 0; round < 40; round += 1) {
    const next = agents(settleAll(rolloutControllers, world).world);
    if (next.revision === world.revision) return next;
    world = next;
  }
  throw new Error('the rollout does not end');
}

const condition = (world: World, type: string) =>
  deploymentIn(world).status?.conditions?.find((one) => one.type === type);
const revisions = (world: World): Record<string, string | undefined> =>
  Object.fromEntries(
    replicaSetsIn(world).map(({ spec, metadata }) => [
      spec.template.spec.containers[0]?.image ?? '',
      metadata.annotations?.[REVISION],
    ]),
  );
const sentences = ({ plan }: ToyPass): string[] =>
  plan.reasons.map((reason) => describeReason(controller, reason));

test('the first version: its ReplicaSet is named by the template and carries label, selector and numbers', (t) => {
  const { world } = pass(
    begun({ replicas: 3, minReadySeconds: 5 }, { annotations: { 'kubernetes.io/change-cause': 'first' } }),
  );
  const hash = contentHash(aTemplate());
  const [replicaSet] = replicaSetsIn(world);
  t.is(replicaSet?.metadata.name, `web-${hash}`);
  t.deepEqual(replicaSet?.metadata.labels, { app: 'web', [HASH_LABEL]: hash });
  t.deepEqual(replicaSet?.spec.selector, { matchLabels: { app: 'web', [HASH_LABEL]: hash } });
  t.deepEqual(replicaSet?.spec.template.metadata?.labels, { app: 'web', [HASH_LABEL]: hash });
  t.like(replicaSet?.spec, { replicas: 3, minReadySeconds: 5 });
  t.deepEqual(replicaSet?.metadata.annotations, {
    'kubernetes.io/change-cause': 'first',
    [REVISION]: '1',
    'deployment.kubernetes.io/desired-replicas': '3',
    'deployment.kubernetes.io/max-replicas': '4',
  });
  t.is(deploymentIn(world).metadata.annotations?.[REVISION], '1');
  t.like(condition(world, 'Progressing'), {
    status: 'True',
    reason: 'NewReplicaSetCreated',
    message: `Created new replica set "web-${hash}"`,
  });
  t.like(world.events[0], {
    reason: 'ScalingReplicaSet',
    message: `Scaled up replica set web-${hash} from 0 to 3`,
  });
});

test('a finished rollout has all numbers that kubectl rollout status reads', (t) => {
  const world = rolledOut(begun({ replicas: 3 }));
  t.like(deploymentIn(world).status, {
    observedGeneration: 1,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    unavailableReplicas: undefined,
  });
  t.like(condition(world, 'Available'), { status: 'True', reason: 'MinimumReplicasAvailable' });
  t.like(condition(world, 'Progressing'), { status: 'True', reason: 'NewReplicaSetAvailable' });
  t.deepEqual(pass(world).plan.reasons, []);
  t.deepEqual(pass(world).changes, []);
});

test('an undo makes the old version the newest: its number rises, its history keeps the old one', (t) => {
  const second = rolledOut(withImage(rolledOut(begun({ replicas: 2 })), 'web:2'));
  t.deepEqual(revisions(second), { 'web:1': '1', 'web:2': '2' });
  const undone = rolledOut(withImage(second, 'web:1'));
  t.deepEqual(revisions(undone), { 'web:1': '3', 'web:2': '2' });
  t.deepEqual(sizesIn(undone), { 'web:1': 2, 'web:2': 0 });
  t.is(replicaSetsIn(undone).length, 2, 'no third ReplicaSet');
  const first = replicaSetsIn(undone).find(({ metadata }) => metadata.annotations?.[REVISION] === '3');
  t.is(first?.metadata.annotations?.[REVISION_HISTORY], '1');
  t.is(deploymentIn(undone).metadata.annotations?.[REVISION], '3');
});

test('the change cause is copied to the version that it is about, kubectl bookkeeping is not', (t) => {
  const world = withChange(rolledOut(begun()), deploymentKind, WEB, (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      annotations: {
        ...current.metadata.annotations,
        'kubernetes.io/change-cause': 'second',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
      },
    },
  }));
  const annotations = replicaSetsIn(rolledOut(world))[0]?.metadata.annotations;
  t.is(annotations?.['kubernetes.io/change-cause'], 'second');
  t.is(annotations?.['kubectl.kubernetes.io/last-applied-configuration'], undefined);
});

test('old versions beyond the history limit are forgotten, lowest number first, never one with pods', (t) => {
  let world = rolledOut(begun({ replicas: 1, revisionHistoryLimit: 1 }));
  for (const image of ['web:2', 'web:3', 'web:4']) world = rolledOut(withImage(world, image));
  t.deepEqual(revisions(world), { 'web:3': '3', 'web:4': '4' });
  const none = rolledOut(edited(world, (spec) => ({ ...spec, revisionHistoryLimit: 0 })));
  t.deepEqual(revisions(none), { 'web:4': '4' });
  const broken = (given: World): World => agentsAct(given, Infinity, ['web:5']);
  const stuck = rolledOut(withImage(none, 'web:5'), broken);
  t.deepEqual(revisions(stuck), { 'web:4': '4', 'web:5': '5' });
});

test('an orphaned ReplicaSet that matches is adopted; one of the same template becomes the version', (t) => {
  const labels = { app: 'web' };
  const orphan = aReplicaSet({ replicas: 1 }, { name: 'found', labels });
  const world = rolledOut(withObject(begun({ replicas: 1 }), replicaSetKind, orphan));
  t.deepEqual(
    replicaSetsIn(world).map(({ metadata }) => [metadata.name, metadata.ownerReferences?.[0]?.name]),
    [['found', 'web']],
  );
  t.like(condition(world, 'Progressing'), { reason: 'NewReplicaSetAvailable' });
});

test('a taken name leads to another hash, counted in the status', (t) => {
  const taken = aReplicaSet(
    { replicas: 0, selector: { matchLabels: { app: 'x' } } },
    { name: `web-${contentHash(aTemplate())}`, labels: { app: 'x' } },
  );
  const first = pass(withObject(begun(), replicaSetKind, taken));
  t.is(deploymentIn(first.world).status?.collisionCount, 1);
  t.regex(sentences(first)[0] ?? '', /^the name web-\w+ is taken/);
  t.is(replicaSetsIn(first.world).length, 1);
  const second = pass(first.world);
  t.truthy(
    replicaSetsIn(second.world).find(
      ({ metadata }) => metadata.name === `web-${contentHash(aTemplate(), 1)}`,
    ),
  );
  t.is(deploymentIn(second.world).status?.collisionCount, 1);
});

test('without progress the deadline passes, is reported once, and progress lifts it', (t) => {
  const broken = (given: World): World => agentsAct(given, Infinity, ['web:2']);
  const stuck = rolledOut(
    withImage(rolledOut(begun({ replicas: 2, progressDeadlineSeconds: 60 })), 'web:2'),
    broken,
  );
  t.is(condition(stuck, 'Progressing')?.reason, 'ReplicaSetUpdated');
  t.is(pass(stuck).plan.recheckAfterMs, 61_000);
  const late = pass(later(stuck, 61_000));
  t.like(condition(late.world, 'Progressing'), { status: 'False', reason: 'ProgressDeadlineExceeded' });
  t.is(late.plan.recheckAfterMs, undefined);
  t.deepEqual(pass(later(late.world, 60_000)).changes, []);
  const healed = rolledOut(late.world);
  t.like(condition(healed, 'Progressing'), { status: 'True', reason: 'NewReplicaSetAvailable' });
});

test('without a deadline there is no condition Progressing', (t) => {
  const world = rolledOut(begun({ progressDeadlineSeconds: 2 ** 31 - 1 }));
  t.is(condition(world, 'Progressing'), undefined);
});

test('a pause is a condition, and going on starts the clock again', (t) => {
  const paused = rolledOut(edited(rolledOut(begun()), (spec) => ({ ...spec, paused: true })));
  t.like(condition(paused, 'Progressing'), { status: 'Unknown', reason: 'DeploymentPaused' });
  const changed = rolledOut(withImage(paused, 'web:2'));
  t.deepEqual(sizesIn(changed), { 'web:1': 1 });
  const resumed = pass(edited(changed, (spec) => ({ ...spec, paused: false })));
  t.like(condition(resumed.world, 'Progressing'), { reason: 'NewReplicaSetCreated' });
  t.deepEqual(sizesIn(rolledOut(resumed.world)), { 'web:1': 0, 'web:2': 1 });
});

test('a Deployment paused from the start makes nothing', (t) => {
  t.deepEqual(replicaSetsIn(rolledOut(begun({ paused: true }))), []);
});

test('a scaling in the middle of a rollout is shared by both versions', (t) => {
  const broken = (given: World): World => agentsAct(given, Infinity, ['web:2']);
  const limits = { strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } } };
  const stuck = rolledOut(withImage(rolledOut(begun({ replicas: 8, ...limits })), 'web:2'), broken);
  t.deepEqual(sizesIn(stuck), { 'web:1': 8, 'web:2': 2 });
  const scaled = rolledOut(
    edited(stuck, (spec) => ({ ...spec, replicas: 18 })),
    broken,
  );
  t.deepEqual(sizesIn(scaled), { 'web:1': 16, 'web:2': 4 });
});

test('a refused ReplicaSet is told in the conditions until it is there', (t) => {
  const failure: ActionFailure = {
    type: 'create',
    definition: replicaSetKind,
    name: 'web-x',
    code: 'Forbidden',
    message: 'exceeded quota',
  };
  const refused = passIn(begun(), controller, WEB, { failure, crashAfter: 0 });
  const status = refused?.plan.status as Deployment['status'];
  const marked = withChange(begun(), deploymentKind, WEB, (current) => ({ ...current, status }), 'status');
  t.like(condition(marked, 'Progressing'), {
    status: 'False',
    reason: 'ReplicaSetCreateError',
    message: 'Failed to create new replica set "web-x": exceeded quota',
  });
  t.is(condition(pass(pass(marked).world).world, 'Progressing')?.reason, 'NewReplicaSetCreated');
});

test("a ReplicaSet's failure to make pods shows on the Deployment", (t) => {
  const failed = { type: 'ReplicaFailure', status: 'True' as const, reason: 'FailedCreate', message: 'no' };
  const { world } = pass(begun());
  const [replicaSet] = replicaSetsIn(world);
  const key = { namespace: 'default', name: replicaSet?.metadata.name ?? '' };
  const marked = withChange(
    world,
    replicaSetKind,
    key,
    (rs) => ({ ...rs, status: { replicas: 0, conditions: [failed] } }),
    'status',
  );
  t.like(condition(pass(marked).world, 'ReplicaFailure'), failed);
  t.is(condition(rolledOut(marked), 'ReplicaFailure'), undefined);
});

test('a Deployment on its way out only reports', (t) => {
  const leaving = withDeletion(begun({}, { finalizers: ['hold'] }), deploymentKind, WEB);
  const done = pass(leaving);
  t.deepEqual(
    done.changes.map(({ type }) => type),
    ['write-status'],
  );
  t.deepEqual(sentences(done), ['being deleted: it is neither scaled nor updated']);
});

test('ReplicaSets of others are left alone', (t) => {
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x', uid: 'x', controller: true };
  const foreign = aReplicaSet(
    { replicas: 5 },
    { name: 'foreign', labels: { app: 'web' }, ownerReferences: [owner] },
  );
  const world = rolledOut(withObject(begun(), replicaSetKind, foreign));
  t.is(readerOf(world).get(replicaSetKind, { namespace: 'default', name: 'foreign' })?.spec.replicas, 5);
});
