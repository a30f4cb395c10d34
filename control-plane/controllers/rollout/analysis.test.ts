// What analyses do to an update: go on, abort, hold, wait for people. The toy world, with runs that end as the test says.
import test from 'ava';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { analysisTemplateKind } from '@gantry/api/kinds/analysis-template';
import type { Rollout } from '@gantry/api/kinds/rollout';
import { keyOf } from '@gantry/api/meta';
import { readerOf, withChange, withObject, type World } from '../../engine/toy-world.ts';
import {
  aCanary,
  aRollout,
  edited,
  patched,
  promoted,
  released,
  releasedAfter,
  releaseWorld,
  retried,
  statusIn,
  weightIn,
  withImage,
} from './toy-rollouts.ts';

const TEMPLATE = {
  apiVersion: 'gantry.dev/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'answers', namespace: 'default' },
  spec: {
    args: [{ name: 'version' }],
    metrics: [
      {
        name: 'success-rate',
        successCondition: 'result > 0.9',
        provider: { gantry: { metric: 'success-rate' as const, revision: '{{args.version}}' } },
      },
    ],
  },
};
const ANALYSIS = {
  templates: [{ templateName: 'answers' }],
  args: [{ name: 'version', valueFrom: { podTemplateHashValue: 'Latest' as const } }],
};

function started(strategy: Rollout['spec']['strategy'], hasTemplate = true): World {
  const world = releaseWorld(aRollout(strategy));
  return released(hasTemplate ? withObject(world, analysisTemplateKind, TEMPLATE) : world);
}

const runsIn = (world: World): readonly AnalysisRun[] => readerOf(world).list(analysisRunKind);

/** All runs that are under way end so. */
function ended(world: World, phase: 'Successful' | 'Failed' | 'Inconclusive', message = ''): World {
  return runsIn(world)
    .filter(({ status }) => status?.completedAt === undefined)
    .reduce(
      (next, run) =>
        withChange(
          next,
          analysisRunKind,
          keyOf(run),
          (current) => ({
            ...current,
            status: { ...current.status, phase, message, completedAt: '2026-01-01T00:00:00Z' },
          }),
          'status',
        ),
      world,
    );
}

const STEPS = [{ setWeight: 20 }, { analysis: ANALYSIS }, { setWeight: 60 }, { pause: {} }];

test('a step waits for its run, which is asked about the new version, and goes on when it succeeds', (t) => {
  const world = released(withImage(started(aCanary({ steps: STEPS })), 'web:2'));
  t.is(statusIn(world).currentStepIndex, 1);
  const [run] = runsIn(world);
  t.is(run?.metadata.name, `web-${statusIn(world).currentPodHash}-2-1`);
  t.is(run?.metadata.labels?.['rollout-type'], 'Step');
  t.true(JSON.stringify(run?.spec).includes(statusIn(world).currentPodHash ?? '-'));
  const next = released(ended(world, 'Successful'));
  t.is(weightIn(next), 60);
  t.is(statusIn(next).phase, 'Paused');
});

test('a failed run aborts; a retry asks a new one', (t) => {
  const world = released(withImage(started(aCanary({ steps: STEPS })), 'web:2'));
  const back = released(ended(world, 'Failed', 'Metric "success-rate" assessed Failed'));
  t.is(weightIn(back), 0);
  t.regex(statusIn(back).message ?? '', /RolloutAborted: .*assessed Failed/);
  const again = released(retried(back));
  t.is(weightIn(again), 20);
  t.is(runsIn(again).length, 2);
});

test('onFailure: hold stays where it is until somebody decides', (t) => {
  const world = released(withImage(started(aCanary({ steps: STEPS, onFailure: 'hold' })), 'web:2'));
  const held = released(ended(world, 'Failed'));
  t.is(weightIn(held), 20);
  t.is(statusIn(held).message, 'FailureHold');
  t.regex(statusIn(held).reasons?.[0] ?? '', /^the analysis of the step .* failed: .*gantry rollout promote/);
  t.is(weightIn(released(promoted(held))), 60);
});

test('an inconclusive run waits for people', (t) => {
  const world = released(withImage(started(aCanary({ steps: STEPS })), 'web:2'));
  const open = released(ended(world, 'Inconclusive'));
  t.is(statusIn(open).phase, 'Paused');
  t.is(statusIn(open).message, 'InconclusiveAnalysisRun');
  t.regex(statusIn(open).reasons?.[0] ?? '', /^the analysis of the step .* is inconclusive: /);
  t.is(weightIn(released(promoted(open))), 60);
});

test('a background run fails the update at any step, and is ended with it', (t) => {
  const strategy = aCanary({ steps: [{ setWeight: 20 }, { pause: {} }], analysis: ANALYSIS });
  const world = released(withImage(started(strategy), 'web:2'));
  t.is(statusIn(world).phase, 'Paused');
  t.is(runsIn(world)[0]?.metadata.labels?.['rollout-type'], 'Background');
  t.is(weightIn(released(ended(world, 'Failed'))), 0);
  const done = releasedAfter(promoted(world), 1);
  t.is(statusIn(done).phase, 'Healthy', JSON.stringify(statusIn(done)));
  t.true(runsIn(done)[0]?.spec.terminate);
});

test('a template that is missing is named, and nothing is guessed', (t) => {
  const world = released(withImage(started(aCanary({ steps: STEPS }), false), 'web:2'));
  t.is(statusIn(world).currentStepIndex, 1);
  t.true(statusIn(world).reasons?.some((reason) => /the analysis cannot begin: .*answers/.test(reason)));
});

test('an argument that the template needs and nobody gives is named, and nothing is guessed', (t) => {
  const { args: _, ...without } = ANALYSIS;
  const world = released(
    withImage(started(aCanary({ steps: [{ setWeight: 25 }, { analysis: without }] })), 'web:2'),
  );
  t.is(runsIn(world).length, 0);
  t.is(weightIn(world), 25);
  t.true(
    statusIn(world).reasons?.some((reason) =>
      /the analysis cannot begin: args\.version was not resolved/.test(reason),
    ),
    JSON.stringify(statusIn(world).reasons),
  );
});

test('blue and green: before the switch, and after it', (t) => {
  const blueGreen = {
    activeService: 'web',
    previewService: 'web-canary',
    prePromotionAnalysis: ANALYSIS,
    postPromotionAnalysis: ANALYSIS,
  };
  const before = released(withImage(started({ blueGreen }), 'web:2'));
  t.is(weightIn(before), 0);
  t.is(runsIn(before)[0]?.metadata.labels?.['rollout-type'], 'PrePromotion');
  const after = released(ended(before, 'Successful'));
  t.is(weightIn(after), 100);
  t.not(statusIn(after).stableRS, statusIn(after).currentPodHash);
  const back = released(ended(after, 'Failed'));
  t.is(weightIn(back), 0);
  t.is(statusIn(back).phase, 'Degraded');
  const done = released(ended(after, 'Successful'));
  t.is(statusIn(done).phase, 'Healthy', JSON.stringify(statusIn(done)));
});

test('a background run that people have to decide about holds all steps, and says so', (t) => {
  const strategy = aCanary({
    steps: [{ setWeight: 20 }, { pause: { duration: 60 } }, { setWeight: 40 }, { pause: {} }],
    analysis: ANALYSIS,
    onFailure: 'hold',
  });
  const held = released(ended(released(withImage(started(strategy), 'web:2')), 'Failed'));
  t.is(weightIn(releasedAfter(held, 61)), 20);
  t.regex(statusIn(held).reasons?.join() ?? '', /the background analysis .* failed: /);
  t.is(weightIn(releasedAfter(released(promoted(held)), 61)), 40);
});

test('the run of a step that people pass over ends; that of one they hold does not', (t) => {
  const strategy = aCanary({ steps: [{ setWeight: 25 }, { analysis: ANALYSIS }, { pause: {} }] });
  const analysed = released(withImage(started(strategy), 'web:2'));
  const isTold = (world: World): boolean | undefined => runsIn(world)[0]?.spec.terminate;
  t.is(isTold(released(edited(analysed, (spec) => ({ ...spec, paused: true })))), undefined);
  const passed = released(patched(analysed, (status) => ({ ...status, currentStepIndex: 2 })));
  t.is(statusIn(passed).phase, 'Paused');
  t.true(isTold(passed));
});
