// What an Experiment does from its first pod to its last, rule by rule, in the toy world.
import test from 'ava';
import { analysisRunKind } from '@gantry/api/kinds/analysis-run';
import { analysisTemplateKind } from '@gantry/api/kinds/analysis-template';
import { experimentKind } from '@gantry/api/kinds/experiment';
import { podKind } from '@gantry/api/kinds/pod';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import { serviceKind } from '@gantry/api/kinds/service';
import { EXPERIMENT_ROUTED, HASH_LABEL } from '@gantry/api/rollout/marks';
import { passIn, settleAll } from '../../engine/settle.ts';
import { goldenLines, transcriptOf } from '../../engine/transcript.ts';
import {
  emptyWorld,
  readerOf,
  withChange,
  withDeletion,
  withObject,
  type World,
} from '../../engine/toy-world.ts';
import { aService } from '../endpoint-slice/toy-service.ts';
import { aReplicaSet, aTemplate } from '../toy-workloads.ts';
import { experimentController } from './experiment-controller.ts';
import {
  AB,
  agentsAct,
  anExperiment,
  ANALYSIS_TEMPLATE,
  controllers,
  edited,
  judging,
  runsIn,
  settled,
  settledAfter,
  side,
  sizesIn,
  statusIn,
  withRunsEnded,
  worldWith,
} from './toy-experiment.ts';

const controller = experimentController();
const hashOf = (world: World, name: string): string =>
  statusIn(world).templateStatuses?.find((one) => one.name === name)?.podTemplateHash ?? '';

test('its beginning, as an operator reads it', (t) => {
  const world = worldWith({ analyses: [judging('good')] });
  const lines = (at: World): string[] => {
    const plan = passIn(at, controller, AB)?.plan;
    if (plan === undefined) throw new Error('there is no plan');
    return transcriptOf(controller, anExperiment(), plan, readerOf(at))
      .map((line) => line.trim().replaceAll(/-[a-z0-9]{7}\b/g, '-<hash>'))
      .filter((line) => !line.startsWith('status'));
  };
  t.deepEqual(
    lines(world),
    goldenLines(`
      because creating ReplicaSet ab-baseline-<hash> with 1 pod for template baseline
      because creating ReplicaSet ab-canary-<hash> with 1 pod for template canary
      create replicasets.apps default/ab-baseline-<hash>
      tell Normal ScalingReplicaSet: Scaled up ReplicaSet ab-baseline-<hash> from 0 to 1
      create replicasets.apps default/ab-canary-<hash>
      tell Normal ScalingReplicaSet: Scaled up ReplicaSet ab-canary-<hash> from 0 to 1
      look again in 600 s
    `),
  );
  const available = agentsAct(settleAll(controllers, world).world);
  const [, replicaSets] = controllers;
  const counted = settleAll(replicaSets === undefined ? [] : [replicaSets], available).world;
  t.deepEqual(
    lines(counted),
    goldenLines(`
      because all templates are available: it goes on until 2026-01-01T00:01:00.000Z
      because waiting for AnalysisRun ab-good of analysis good
      create analysisruns.gantry.dev default/ab-good
      tell Normal ExperimentRunning: All templates are available
      look again in 60 s
    `),
  );
});

test('templates run side by side for the duration, which counts from when all are available; then their pods go', (t) => {
  const pending = settled(worldWith(), ['canary:1']);
  t.is(statusIn(pending).phase, 'Pending');
  t.true(
    statusIn(pending).reasons?.includes('waiting for 1 of 1 pod of template canary to become available'),
  );
  t.is(statusIn(settledAfter(pending, 120, ['canary:1'])).availableAt, undefined);
  const running = settledAfter(pending, 120);
  t.is(statusIn(running).phase, 'Running');
  t.is(statusIn(running).availableAt, '2026-01-01T00:02:00.000Z');
  t.is(statusIn(settledAfter(running, 59)).phase, 'Running');
  const done = settledAfter(running, 60);
  t.is(statusIn(done).phase, 'Successful');
  t.is(statusIn(done).completedAt, '2026-01-01T00:03:00.000Z');
  t.deepEqual(sizesIn(settledAfter(done, 29)), { baseline: 1, canary: 1 });
  const gone = settledAfter(done, 30);
  t.deepEqual(sizesIn(gone), { baseline: 0, canary: 0 });
  t.is(readerOf(gone).list(podKind).length, 0);
  t.is(statusIn(gone).phase, 'Successful');
});

test('pods of each side have a hash of their own, also where the templates are the same', (t) => {
  const template = aTemplate('web:1');
  const world = settled(
    worldWith({ templates: [side('baseline', { template }), side('canary', { template })] }),
  );
  const hashes = readerOf(world)
    .list(podKind)
    .map(({ metadata }) => metadata.labels?.[HASH_LABEL]);
  t.is(new Set(hashes).size, 2);
  for (const { metadata } of readerOf(world).list(podKind))
    t.regex(metadata.name ?? '', new RegExp(`-${metadata.labels?.[HASH_LABEL]}-[a-z0-9]{5}$`));
});

test('however long its name is, the names of its pods end in the hash', (t) => {
  const name = 'checkout-of-the-shop-in-the-north-7d9f6bdcf-12-3-and-some-more-words';
  const experiment = anExperiment({}, { name });
  const start = withObject(emptyWorld(), experimentKind, experiment);
  const world = settleAll(controllers, start).world;
  for (const { metadata } of readerOf(world).list(podKind))
    t.regex(metadata.name ?? '', new RegExp(`-${metadata.labels?.[HASH_LABEL]}-[a-z0-9]{5}$`));
});

test('runs begin when all are available, and are asked about the hash of a template', (t) => {
  const pending = settled(worldWith({ analyses: [judging('answers')] }), ['canary:1']);
  t.is(runsIn(pending).length, 0);
  const running = settled(pending);
  const [run] = runsIn(running);
  t.is(run?.metadata.name, 'ab-answers');
  t.true(JSON.stringify(run?.spec).includes(hashOf(running, 'canary')));
  t.deepEqual(statusIn(running).analysisRuns, [
    { name: 'answers', analysisRun: 'ab-answers', phase: 'Pending' },
  ]);
});

const ENDS = [
  ['Failed', 'Failed'],
  ['Inconclusive', 'Inconclusive'],
] as const;
for (const [verdict, phase] of ENDS)
  test(`a run that is ${verdict} ends it, required or not, and the other runs with it`, (t) => {
    const running = settled(worldWith({ analyses: [judging('answers'), judging('more')] }));
    const ended = settled(withRunsEnded(running, verdict, 'answers'));
    t.is(statusIn(ended).phase, phase);
    t.regex(
      statusIn(ended).message ?? '',
      new RegExp(`AnalysisRun ab-answers .*${verdict}: as the test says`),
    );
    t.true(readerOf(ended).get(analysisRunKind, { namespace: 'default', name: 'ab-more' })?.spec.terminate);
    t.deepEqual(sizesIn(settledAfter(ended, 30)), { baseline: 0, canary: 0 });
  });

test('a required run goes on beyond the duration; one that is not is ended by it', (t) => {
  const analyses = [judging('must', { requiredForCompletion: true }), judging('may')];
  const running = settled(worldWith({ analyses }));
  const late = settledAfter(running, 90);
  t.is(statusIn(late).phase, 'Running');
  const done = settled(withRunsEnded(late, 'Successful', 'must'));
  t.is(statusIn(done).phase, 'Successful');
  t.true(readerOf(done).get(analysisRunKind, { namespace: 'default', name: 'ab-may' })?.spec.terminate);
});

test('without a duration the runs say when it ends; without runs, too, only people do', (t) => {
  const { duration: _, ...endless } = anExperiment().spec;
  const judged = withChange(worldWith({ analyses: [judging('answers')] }), experimentKind, AB, (current) => ({
    ...current,
    spec: { ...endless, analyses: [judging('answers')] },
  }));
  const running = settledAfter(settled(judged), 3600);
  t.is(statusIn(running).phase, 'Running');
  t.is(statusIn(settled(withRunsEnded(running, 'Successful'))).phase, 'Successful');
  const alone = withChange(worldWith(), experimentKind, AB, (current) => ({ ...current, spec: endless }));
  const open = settledAfter(settled(alone), 3600);
  t.true(
    statusIn(open).reasons?.includes('all templates are available: it goes on until spec.terminate is true'),
  );
  t.is(statusIn(settled(edited(open, { terminate: true }))).phase, 'Successful');
});

test('terminate ends it at any time', (t) => {
  const ended = settled(edited(worldWith(), { terminate: true }));
  t.is(statusIn(ended).phase, 'Successful');
  t.is(statusIn(ended).message, 'it was told to end (spec.terminate)');
  t.deepEqual(sizesIn(ended), {}, 'what was not made yet is not made');
  const running = settled(worldWith({ analyses: [judging('answers')] }));
  const told = settled(edited(running, { terminate: true }));
  t.true(runsIn(told)[0]?.spec.terminate);
  t.deepEqual(sizesIn(settledAfter(told, 30)), { baseline: 0, canary: 0 });
});

test('templates that do not become available in time fail it', (t) => {
  const world = settled(worldWith({ progressDeadlineSeconds: 60 }), ['canary:1']);
  const late = settledAfter(world, 60, ['canary:1']);
  t.is(statusIn(late).phase, 'Failed');
  t.is(statusIn(late).message, "Template 'canary' exceeded its progressDeadlineSeconds (60)");
  const statuses = statusIn(late).templateStatuses?.map(({ name, status }) => [name, status]);
  t.deepEqual(statuses, [
    ['baseline', 'Successful'],
    ['canary', 'Failed'],
  ]);
  t.deepEqual(sizesIn(settledAfter(late, 30, ['canary:1'])), { baseline: 0, canary: 0 });
});

test('an analysis whose template is missing waits for it, and is never passed over', (t) => {
  const start = withObject(emptyWorld(), experimentKind, anExperiment({ analyses: [judging('answers')] }));
  const waiting = settled(start);
  t.true(
    statusIn(waiting).reasons?.includes(
      "analysis answers cannot begin: AnalysisTemplate 'answers' not found",
    ),
    JSON.stringify(statusIn(waiting)),
  );
  t.is(runsIn(settled(withObject(waiting, analysisTemplateKind, ANALYSIS_TEMPLATE))).length, 1);
  const over = settledAfter(waiting, 61);
  t.is(statusIn(over).phase, 'Error');
  t.is(statusIn(over).message, "analysis answers could not begin: AnalysisTemplate 'answers' not found");
});

test('a template has a Service of its own where it asks for one, which goes with its pods', (t) => {
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
  const templates = [side('baseline', { service: { name: 'old', ports } }), side('canary')];
  const running = settled(worldWith({ templates }));
  const service = readerOf(running).get(serviceKind, { namespace: 'default', name: 'old' });
  t.deepEqual(service?.spec.ports, ports);
  t.deepEqual(service?.spec.selector, { app: 'web', [HASH_LABEL]: hashOf(running, 'baseline') });
  t.is(statusIn(running).templateStatuses?.[0]?.serviceName, 'old');
  const done = settledAfter(settledAfter(running, 60), 30);
  t.is(readerOf(done).get(serviceKind, { namespace: 'default', name: 'old' }), undefined);
});

test('a Service or ReplicaSet of somebody else is left alone, and the field that names it is told', (t) => {
  const templates = [side('baseline', { service: { name: 'web', ports: [{ port: 80 }] } })];
  const taken = withObject(worldWith({ templates }), serviceKind, aService());
  const world = settled(taken);
  t.true(
    statusIn(world).reasons?.includes(
      'spec.templates[0].service.name: Service web is there already and belongs to somebody else: delete it, or name another one',
    ),
    JSON.stringify(statusIn(world)),
  );
  const key = { namespace: 'default', name: 'web' };
  t.deepEqual(readerOf(world).get(serviceKind, key), readerOf(taken).get(serviceKind, key));
  const name = readerOf(world).list(replicaSetKind)[0]?.metadata.name ?? '';
  const other = withObject(
    worldWith({ templates: [side('baseline')] }),
    replicaSetKind,
    aReplicaSet({ replicas: 0 }, { name }),
  );
  t.regex(statusIn(settled(other)).reasons?.[0] ?? '', /^spec\.templates\[0\]\.name: ReplicaSet .* is there/);
  const freed = settled(withDeletion(world, serviceKind, key));
  t.is(readerOf(freed).get(serviceKind, key)?.metadata.ownerReferences?.[0]?.kind, 'Experiment');
});

test('what somebody deletes or scales is made again while it runs', (t) => {
  const running = settled(worldWith());
  const [first] = readerOf(running).list(replicaSetKind);
  const key = { namespace: 'default', name: first?.metadata.name ?? '' };
  const scaled = withChange(running, replicaSetKind, key, (one) => ({
    ...one,
    spec: { ...one.spec, replicas: 5 },
  }));
  t.deepEqual(sizesIn(settled(scaled)), { baseline: 1, canary: 1 });
  const without = settled(withDeletion(running, replicaSetKind, key, { propagationPolicy: 'Background' }));
  t.deepEqual(sizesIn(without), { baseline: 1, canary: 1 });
});

test('pods stay beyond the end while the Rollout that owns it may lead requests there', (t) => {
  const owner = {
    ownerReferences: [
      { apiVersion: 'gantry.dev/v1alpha1', kind: 'Rollout', name: 'web', uid: 'r', controller: true },
    ],
    annotations: { [EXPERIMENT_ROUTED]: 'true' },
  };
  const done = settledAfter(settled(worldWith({ scaleDownDelaySeconds: 0 }, owner)), 600);
  t.is(statusIn(done).phase, 'Successful');
  t.deepEqual(sizesIn(done), { baseline: 1, canary: 1 });
  t.true(
    statusIn(done).reasons?.includes('its pods stay until no proxy leads to them: Rollout web says when'),
  );
  const released = withChange(done, experimentKind, AB, ({ metadata, ...rest }) => ({
    ...rest,
    metadata: { ...metadata, annotations: {} },
  }));
  t.deepEqual(sizesIn(settled(released)), { baseline: 0, canary: 0 });
});
