// An `experiment` step from its first pod to its last share of the traffic: the toy world with all controllers of a release.
import test from 'ava';
import { experimentKind, type Experiment } from '@gantry/api/kinds/experiment';
import { analysisTemplateKind } from '@gantry/api/kinds/analysis-template';
import { replicaSetKind } from '@gantry/api/kinds/replica-set';
import type { RolloutExperiment } from '@gantry/api/kinds/rollout/experiment-step';
import { serviceKind } from '@gantry/api/kinds/service';
import { keyOf } from '@gantry/api/meta';
import { EXPERIMENT_TEMPLATE, HASH_LABEL } from '@gantry/api/rollout/marks';
import { readerOf, withChange, withObject, type World } from '../../../engine/toy-world.ts';
import { ANALYSIS_TEMPLATE, judging, withRunsEnded } from '../../experiment/toy-experiment.ts';
import {
  abortedByUser,
  aCanary,
  aRollout,
  patched,
  promoted,
  released,
  releasedAfter,
  releaseWorld,
  retried,
  sizesIn,
  splitIn,
  statusIn,
  weightIn,
  withImage,
} from '../toy-rollouts.ts';

const SIDES: RolloutExperiment = {
  duration: '1m',
  templates: [
    { name: 'baseline', specRef: 'stable', weight: 10 },
    { name: 'canary', specRef: 'canary', weight: 10 },
  ],
};
const steps = (experiment: RolloutExperiment = SIDES) => [
  { setWeight: 20 },
  { experiment },
  { setWeight: 60 },
  { pause: {} },
];

function begun(experiment?: RolloutExperiment, canary: object = {}): World {
  const world = releaseWorld(aRollout(aCanary({ steps: steps(experiment), ...canary })));
  const start = released(withObject(world, analysisTemplateKind, ANALYSIS_TEMPLATE));
  return released(withImage(start, 'web:2'));
}

const experimentsIn = (world: World): readonly Experiment[] => readerOf(world).list(experimentKind);
/** Shares by what they lead to. */
function sharesIn(world: World): Record<string, number> {
  const names = new Map(
    readerOf(world)
      .list(serviceKind)
      .map(({ metadata }) => [metadata.name, metadata.annotations?.[EXPERIMENT_TEMPLATE]]),
  );
  const backends = splitIn(world)?.spec.rules.at(-1)?.backends ?? [];
  return Object.fromEntries(backends.map(({ service, weight }) => [names.get(service) ?? service, weight]));
}
/** Sizes of the Experiments' ReplicaSets, by template. */
function sidesIn(world: World): [string, string, number][] {
  return readerOf(world)
    .list(replicaSetKind)
    .flatMap(({ metadata, spec }): [string, string, number][] => {
      const name = metadata.annotations?.[EXPERIMENT_TEMPLATE];
      const image = spec.template.spec.containers[0]?.image ?? '';
      return name === undefined ? [] : [[name, image, spec.replicas ?? 1]];
    })
    .toSorted();
}
const GONE = [
  ['baseline', 'web:1', 0],
  ['canary', 'web:2', 0],
];
const THERE = [
  ['baseline', 'web:1', 1],
  ['canary', 'web:2', 1],
];

test('both versions run side by side, each with exactly its share, which the stable version gives', (t) => {
  const world = begun();
  const { currentPodHash, stableRS, canary } = statusIn(world);
  t.is(statusIn(world).currentStepIndex, 1);
  t.is(canary?.currentExperiment, `web-${currentPodHash}-2-1`);
  t.deepEqual(sidesIn(world) as unknown, THERE);
  t.deepEqual(sharesIn(world), { 'web-canary': 20, baseline: 10, canary: 10, web: 60 });
  t.is(canary?.weights?.stable.weight, 60);
  t.deepEqual(
    canary?.weights?.additional?.map(({ weight }) => weight),
    [10, 10],
  );
  const hashes = (canary?.weights?.additional ?? []).map(({ podTemplateHash }) => podTemplateHash);
  t.is(new Set([...hashes, currentPodHash, stableRS]).size, 4, 'each has a hash of its own');
  t.deepEqual(sizesIn(world), { 'web:1': 4, 'web:2': 1 });
  t.true(statusIn(world).reasons?.some((reason) => /^waiting for Experiment .*: it is Running/.test(reason)));
});

test('when it succeeds the next step comes, its shares go at once, and its pods once nobody is led there', (t) => {
  const next = releasedAfter(begun(), 60);
  t.is(weightIn(next), 60);
  t.is(statusIn(next).phase, 'Paused');
  t.deepEqual(sharesIn(next), { 'web-canary': 60, web: 40 });
  t.is(statusIn(next).canary?.weights?.additional, undefined);
  t.is(statusIn(next).canary?.currentExperiment, undefined);
  t.deepEqual(sidesIn(next) as unknown, THERE);
  t.deepEqual(sidesIn(releasedAfter(next, 31)) as unknown, GONE);
});

test('a proxy that has not confirmed keeps the pods, whatever the delay', (t) => {
  const running = begun(SIDES, { scaleDownDelaySeconds: 0 });
  const behind = releasedAfter(running, 60, { nodes: ['n1'] });
  t.is(experimentsIn(behind)[0]?.status?.phase, 'Successful');
  t.deepEqual(sharesIn(behind)['baseline'], undefined);
  t.deepEqual(sidesIn(behind) as unknown, THERE);
  t.true(
    experimentsIn(behind)[0]?.status?.reasons?.includes(
      'its pods stay until no proxy leads to them: Rollout web says when',
    ),
  );
  t.deepEqual(sidesIn(released(behind)) as unknown, GONE);
});

test('no share before all proxies know the pods', (t) => {
  const start = released(releaseWorld(aRollout(aCanary({ steps: [{ experiment: SIDES }, { pause: {} }] }))));
  const world = released(withImage(start, 'web:2'), { nodes: ['n1'] });
  t.is(experimentsIn(world)[0]?.status?.phase, 'Running');
  t.deepEqual(sharesIn(world), { 'web-canary': 0, web: 100 });
  t.true(
    statusIn(world).reasons?.some((reason) => /^waiting until the proxies know .*baseline/.test(reason)),
  );
  t.is(sharesIn(released(world))['baseline'], 10);
});

const JUDGED: RolloutExperiment = {
  ...SIDES,
  analyses: [judging('good', { requiredForCompletion: true })],
};

test('a failed run ends the Experiment and aborts; a retry makes another', (t) => {
  const back = released(withRunsEnded(begun(JUDGED), 'Failed'));
  t.deepEqual(sharesIn(back), { 'web-canary': 0, web: 100 });
  t.regex(
    statusIn(back).message ?? '',
    /RolloutAborted: .*the experiment web-.* failed: AnalysisRun .* is Failed/,
  );
  t.deepEqual(sidesIn(releasedAfter(back, 31)) as unknown, GONE);
  const again = released(retried(releasedAfter(back, 31)));
  t.deepEqual(
    experimentsIn(again).map(({ metadata, status }) => [metadata.name?.split('-').length, status?.phase]),
    [
      [4, 'Failed'],
      [5, 'Running'],
    ],
  );
  t.is(sharesIn(again)['canary'], 10);
});

test('its runs are asked about the hashes of its pods', (t) => {
  const world = begun(JUDGED);
  const [experiment] = experimentsIn(world);
  const hash = experiment?.status?.templateStatuses?.[1]?.podTemplateHash ?? '-';
  t.not(hash, statusIn(world).currentPodHash);
  t.is(experiment?.metadata.labels?.[HASH_LABEL], statusIn(world).currentPodHash);
  const runs = experiment?.status?.analysisRuns ?? [];
  t.is(runs[0]?.analysisRun, `${experiment?.metadata.name}-good`);
});

test('onFailure: hold stays where it is until somebody decides', (t) => {
  const held = released(withRunsEnded(begun(JUDGED, { onFailure: 'hold' }), 'Failed'));
  t.is(weightIn(held), 20);
  t.is(statusIn(held).message, 'FailureHold');
  t.is(sharesIn(held)['canary'], undefined);
  t.is(weightIn(released(promoted(held))), 60);
});

test('an inconclusive one waits for people', (t) => {
  const open = released(withRunsEnded(begun(JUDGED), 'Inconclusive'));
  t.is(statusIn(open).phase, 'Paused');
  t.is(statusIn(open).message, 'InconclusiveExperiment');
  t.is(weightIn(released(promoted(open))), 60);
});

const ENDINGS: [string, (world: World) => World][] = [
  ['an abort', abortedByUser],
  ['another version', (world) => withImage(world, 'web:3')],
  ['the version before', (world) => withImage(world, 'web:1')],
  ['a full promotion', (world) => patched(world, (status) => ({ ...status, promoteFull: true }))],
  ['a step that is passed over', (world) => patched(world, (status) => ({ ...status, currentStepIndex: 2 }))],
];
for (const [what, end] of ENDINGS)
  test(`${what} ends the Experiment that runs, and takes its shares`, (t) => {
    const world = released(end(begun(JUDGED)));
    const [first] = experimentsIn(world).filter(({ spec }) => spec.terminate === true);
    t.is(first?.status?.phase, 'Successful');
    t.is(first?.status?.message, 'it was told to end (spec.terminate)');
    const gone = releasedAfter(world, 31);
    t.deepEqual(
      sidesIn(gone).filter(([name, , size]) => name !== 'canary' && size > 0).length,
      what === 'another version' ? 1 : 0,
    );
    if (what !== 'another version') t.is(sharesIn(gone)['baseline'], undefined);
  });

test('where pods divide the traffic both sides run beside them', (t) => {
  const templates = SIDES.templates.map(({ weight: _, ...template }) => template);
  const canary = { steps: [{ setWeight: 25 }, { experiment: { ...SIDES, templates } }, { pause: {} }] };
  const start = released(releaseWorld(aRollout({ canary })));
  const world = released(withImage(start, 'web:2'));
  t.deepEqual(sidesIn(world) as unknown, THERE);
  t.is(readerOf(world).list(serviceKind).length, 2, 'no Service is made where none is asked for');
  t.is(statusIn(releasedAfter(world, 60)).phase, 'Paused');
});

test('one that belongs to somebody else is left alone, and told of', (t) => {
  const world = begun();
  const [own] = experimentsIn(world);
  if (own === undefined) throw new Error('there is no Experiment');
  const foreign = withChange(world, experimentKind, keyOf(own), ({ metadata, ...rest }) => ({
    ...rest,
    metadata: { ...metadata, ownerReferences: [] },
  }));
  const told = released(foreign);
  t.true(
    statusIn(told).reasons?.includes(
      `the experiment cannot begin: the name ${own.metadata.name} is taken by another Experiment`,
    ),
  );
  t.is(sharesIn(told)['baseline'], undefined);
});

test('finished ones beyond what is kept go', (t) => {
  const spec = { analysis: { successfulRunHistoryLimit: 1, unsuccessfulRunHistoryLimit: 1 } };
  let world = released(releaseWorld(aRollout(aCanary({ steps: steps() }), spec)));
  for (let version = 2; version < 6; version += 1) {
    world = releasedAfter(released(withImage(world, `web:${version}`)), 60);
    world = releasedAfter(released(promoted(world)), 60);
  }
  t.is(statusIn(world).phase, 'Healthy', JSON.stringify(statusIn(world)));
  t.is(experimentsIn(world).length, 1);
});
