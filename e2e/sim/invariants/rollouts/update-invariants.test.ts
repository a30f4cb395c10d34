// Invariants of what updates wait for and take back, each with worlds that keep it and worlds that break it.
import test from 'ava';
import { BOUNDS } from '../bounds.ts';
import { ownedBy, StagedWorld, type Draft } from '../staged-world.ts';
import type { Invariant } from '../world-view.ts';
import { createAnalysisHeeded } from './analysis-heeded.ts';
import { createFlagsGivenBack } from './flags-given-back.ts';
import { createKillSwitchAborts } from './kill-switch-aborts.ts';
import { createPlanOrderKept } from './plan-order-kept.ts';

const STEPS = [
  { setFlag: { flag: 'page', variant: 'on' } },
  { analysis: { templates: [{ templateName: 'checks' }] } },
  { pause: {} },
];
const UNDER_WAY = { stableRS: 'v1', currentPodHash: 'v2', observedGeneration: '1', phase: 'Paused' };

function put(staged: StagedWorld, name: string, status: object, spec: object = {}): void {
  const canary = { steps: STEPS, killSwitch: { flag: 'stop' } };
  staged.put('Rollout', name, {
    spec: { strategy: { canary }, ...spec },
    status: { ...UNDER_WAY, ...status },
  });
}

function flagBy(manager: string, flag: string, defaultVariant: string): Draft {
  const set = { 'f:spec': { 'f:flagSpec': { 'f:flags': { [`f:${flag}`]: { 'f:defaultVariant': {} } } } } };
  const one = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant };
  return {
    metadata: { managedFields: [{ manager, fieldsV1: set }] },
    spec: { flagSpec: { flags: { [flag]: one } } },
  };
}

/** What is said after a minute in which nothing happens. */
function inTheEnd(staged: StagedWorld, invariant: Invariant): string | undefined {
  staged.calmSinceMs = staged.nowMs;
  return staged.shownTo(invariant) ?? staged.later(60_000).shownTo(invariant);
}

const NOTED = { flagsBefore: [{ object: 'flags', flag: 'page', variant: 'off', state: 'ENABLED' }] };
const byStep = (variant: string): Draft => flagBy('rollout-controller', 'page', variant);

function flagWorld(): StagedWorld {
  const staged = new StagedWorld();
  staged.put('FeatureFlag', 'flags', flagBy('ann', 'page', 'off'));
  put(staged, 'web', { currentStepIndex: 0 });
  return staged;
}

test('a flag is changed once it is noted what it was', (t) => {
  const staged = flagWorld();
  const invariant = createFlagsGivenBack(BOUNDS);
  put(staged, 'web', NOTED);
  staged.put('FeatureFlag', 'flags', byStep('on'));
  t.is(staged.shownTo(invariant), undefined);
  put(staged, 'web', {});
  staged.later(BOUNDS.staleMs).put('FeatureFlag', 'flags', byStep('off'));
  t.is(staged.shownTo(invariant), undefined, 'the note was there a moment ago');
  staged.later(1).put('FeatureFlag', 'flags', byStep('on'));
  t.regex(staged.shownTo(invariant) ?? '', /page was changed from off to on, and no Rollout has noted/);
});

test('what people do to a flag needs no note', (t) => {
  const staged = flagWorld();
  staged.put('FeatureFlag', 'flags', flagBy('ann', 'page', 'on'));
  t.is(staged.shownTo(createFlagsGivenBack(BOUNDS)), undefined);
});

test('an update that was taken back has given its flags back, unless they are what people want', (t) => {
  const rows: [string, object, Draft | undefined, boolean][] = [
    ['aborted, left as it is', { abort: true, phase: 'Degraded' }, undefined, false],
    ['aborted, given back', { abort: true, phase: 'Degraded' }, byStep('off'), true],
    ['aborted, then set by people', { abort: true, phase: 'Degraded' }, flagBy('ann', 'page', 'new'), true],
    ['undone, left as it is', { currentPodHash: 'v1' }, undefined, false],
    ['promoted', { stableRS: 'v2' }, undefined, true],
    ['under way', { currentStepIndex: 1 }, undefined, true],
    ['still on its way', { abort: true, phase: 'Progressing' }, undefined, true],
  ];
  for (const [what, status, last, holds] of rows) {
    const staged = flagWorld();
    put(staged, 'web', NOTED);
    staged.put('FeatureFlag', 'flags', byStep('on'));
    put(staged, 'web', { ...NOTED, ...status });
    if (last !== undefined) staged.put('FeatureFlag', 'flags', last);
    t.is(inTheEnd(staged, createFlagsGivenBack(BOUNDS)) === undefined, holds, what);
  }
});

test('behind its step a flag is what the step says', (t) => {
  const rows: [number, Draft, boolean][] = [
    [1, byStep('off'), false],
    [0, byStep('off'), true],
    [1, flagBy('ann', 'page', 'off'), true],
  ];
  for (const [currentStepIndex, last, holds] of rows) {
    const staged = flagWorld();
    put(staged, 'web', NOTED);
    staged.put('FeatureFlag', 'flags', byStep('on'));
    put(staged, 'web', { ...NOTED, currentStepIndex });
    staged.put('FeatureFlag', 'flags', last);
    t.is(inTheEnd(staged, createFlagsGivenBack(BOUNDS)) === undefined, holds, JSON.stringify(last));
  }
});

test('an update goes on behind such a step only while its flag is so', (t) => {
  const rows: [Draft, object, object, boolean][] = [
    // A new version takes over what the one before has set, and gives it back in the same pass.
    [byStep('off'), {}, { currentPodHash: 'v3', currentStepIndex: 1 }, false],
    [byStep('on'), {}, { currentPodHash: 'v3', currentStepIndex: 1 }, true],
    [byStep('off'), {}, { currentStepIndex: 1 }, false],
    [flagBy('ann', 'page', 'off'), {}, { currentStepIndex: 1 }, true],
    [byStep('off'), {}, { currentPodHash: 'v3', currentStepIndex: 0 }, true],
    [byStep('off'), {}, { currentStepIndex: 1, abort: true }, true],
    [byStep('off'), {}, { currentStepIndex: 3, promoteFull: true }, true],
    // It has been there before: told in the end.
    [byStep('off'), { currentStepIndex: 1 }, { currentStepIndex: 1 }, true],
  ];
  for (const [last, before, after, holds] of rows) {
    const staged = flagWorld();
    put(staged, 'web', { ...NOTED, ...before });
    staged.put('FeatureFlag', 'flags', byStep('on'));
    staged.put('FeatureFlag', 'flags', last);
    put(staged, 'web', { ...NOTED, ...after });
    t.is(staged.shownTo(createFlagsGivenBack(BOUNDS)) === undefined, holds, JSON.stringify([last, after]));
  }
});

test('no flag is set ahead of its step', (t) => {
  const later = { strategy: { canary: { steps: [{ pause: {} }, ...STEPS] } } };
  const rows: [number, Draft | undefined, boolean][] = [
    [0, undefined, false],
    [0, byStep('off'), true],
    [0, flagBy('ann', 'page', 'new'), true],
    [1, undefined, true],
    [2, undefined, true],
  ];
  for (const [currentStepIndex, last, holds] of rows) {
    const staged = flagWorld();
    put(staged, 'web', NOTED, later);
    staged.put('FeatureFlag', 'flags', byStep('on'));
    if (last !== undefined) staged.put('FeatureFlag', 'flags', last);
    put(staged, 'web', { ...NOTED, currentPodHash: 'v3', currentStepIndex }, later);
    const found = inTheEnd(staged, createFlagsGivenBack(BOUNDS));
    t.is(found === undefined, holds, JSON.stringify([currentStepIndex, last, found]));
  }
});

const RUN = 'web-v2-2-1';
const AT_ANALYSIS = { currentStepIndex: 1, canary: { currentStepAnalysisRunStatus: { name: RUN } } };

function analysed(phase: string): StagedWorld {
  const staged = new StagedWorld();
  put(staged, 'web', AT_ANALYSIS);
  const labels = { 'rollouts-pod-template-hash': 'v2', 'step-index': '1' };
  staged.put('AnalysisRun', RUN, { metadata: { ...ownedBy('Rollout', 'web'), labels }, status: { phase } });
  return staged;
}

test('no step is passed whose analysis has not succeeded, unless people let it', (t) => {
  const asked = { ...AT_ANALYSIS, pausedFor: `InconclusiveAnalysisRun/${RUN}` };
  const waits = { ...asked, pauseConditions: [{ reason: 'InconclusiveAnalysisRun' }] };
  const passed = { currentStepIndex: 2, passedOverRuns: [RUN] };
  const rows: [string, object, object, boolean][] = [
    ['Successful', AT_ANALYSIS, { currentStepIndex: 2 }, true],
    ['Failed', AT_ANALYSIS, { currentStepIndex: 2 }, false],
    ['Running', AT_ANALYSIS, { currentStepIndex: 2 }, false],
    ['Inconclusive', waits, passed, false],
    ['Inconclusive', asked, passed, true],
    ['Failed', { ...AT_ANALYSIS, promoteFull: true }, { currentStepIndex: 3 }, true],
    ['Failed', AT_ANALYSIS, { currentPodHash: 'v3', currentStepIndex: 2 }, true],
  ];
  for (const [phase, before, after, holds] of rows) {
    const staged = analysed(phase);
    put(staged, 'web', before);
    put(staged, 'web', after);
    const found = staged.shownTo(createAnalysisHeeded());
    t.is(found === undefined, holds, JSON.stringify([phase, before, after, found]));
  }
});

test('a failed analysis takes the update back, unless it is to be held then', (t) => {
  const held = { strategy: { canary: { steps: STEPS, onFailure: 'hold' } } };
  const rows: [string, object, object, boolean][] = [
    ['Failed', {}, {}, false],
    ['Error', {}, {}, false],
    ['Inconclusive', {}, {}, true],
    ['Failed', { abort: true, phase: 'Degraded' }, {}, true],
    ['Failed', { passedOverRuns: [RUN] }, {}, true],
    ['Failed', {}, held, true],
  ];
  for (const [phase, status, spec, holds] of rows) {
    const staged = analysed(phase);
    // Looked at from here on: how it came so is another question.
    const invariant = createAnalysisHeeded();
    staged.look();
    put(staged, 'web', { ...AT_ANALYSIS, ...status }, spec);
    staged.look();
    t.is(inTheEnd(staged, invariant) === undefined, holds, JSON.stringify([phase, status, spec]));
  }
});

test('a kill switch that is thrown takes the update back', (t) => {
  const rows: [string, object, boolean][] = [
    ['off', {}, true],
    ['on', {}, false],
    ['on', { abort: true, phase: 'Degraded' }, true],
    ['on', { currentPodHash: 'v1' }, true],
    ['on', { phase: 'Progressing' }, true],
  ];
  for (const [variant, status, holds] of rows) {
    const staged = new StagedWorld();
    staged.put('FeatureFlag', 'flags', flagBy('ann', 'stop', variant));
    put(staged, 'web', status);
    t.is(inTheEnd(staged, createKillSwitchAborts()) === undefined, holds, JSON.stringify([variant, status]));
  }
});

const AFTER_DATA = { dependsOn: [{ name: 'data' }] };
const versionOf = (name: string, template: object = { spec: { containers: [] } }): Draft => ({
  metadata: ownedBy('Rollout', name),
  spec: { replicas: 0, template },
});
const templateOf = (image: string): object => ({ spec: { containers: [{ name: 'app', image }] } });
const OLDER = templateOf('shop:1');
const NEWER = templateOf('shop:2');

test('a version is begun once the Rollouts that come first are done, or were a moment ago', (t) => {
  const done = { stableRS: 'v2' };
  const rows: [object, object, number, boolean][] = [
    [done, done, 0, true],
    [done, {}, BOUNDS.staleMs, true],
    [done, {}, BOUNDS.staleMs + 1, false],
    [{}, {}, 0, false],
    [{ ...done, observedGeneration: '0' }, {}, 0, false],
  ];
  for (const [first, then, afterMs, holds] of rows) {
    const staged = new StagedWorld();
    put(staged, 'data', first);
    put(staged, 'web', {}, AFTER_DATA);
    put(staged, 'data', then);
    staged.later(afterMs).put('ReplicaSet', 'web-v2', versionOf('web'));
    const found = staged.shownTo(createPlanOrderKept(BOUNDS));
    t.is(found === undefined, holds, JSON.stringify([first, then, afterMs]));
  }
});

test('what was done only before a version was asked for does not count', (t) => {
  const done = { stableRS: 'v2' };
  const outdated = { ...done, observedGeneration: '0' };
  const rows: [object, object | undefined, boolean][] = [
    // It was asked for while all was done.
    [done, outdated, true],
    // What comes first was changed before, and nobody has seen that yet.
    [outdated, undefined, false],
    [outdated, done, true],
    [outdated, {}, false],
  ];
  for (const [first, then, holds] of rows) {
    const staged = new StagedWorld();
    put(staged, 'data', done);
    put(staged, 'web', {}, { ...AFTER_DATA, template: OLDER });
    put(staged, 'data', first);
    put(staged, 'web', {}, { ...AFTER_DATA, template: NEWER });
    if (then !== undefined) put(staged, 'data', then);
    staged.put('ReplicaSet', 'web-v2', versionOf('web', NEWER));
    const found = staged.shownTo(createPlanOrderKept(BOUNDS));
    t.is(found === undefined, holds, JSON.stringify([first, then]));
  }
});

test('a version that is not asked for any more is judged by the time when it was', (t) => {
  for (const [afterMs, holds] of [
    [BOUNDS.staleMs, true],
    [BOUNDS.staleMs + 1, false],
  ] as const) {
    const staged = new StagedWorld();
    put(staged, 'data', { stableRS: 'v2' });
    put(staged, 'web', {}, { ...AFTER_DATA, template: OLDER });
    put(staged, 'web', {}, { ...AFTER_DATA, template: NEWER });
    staged.later(afterMs).put('ReplicaSet', 'web-v1', versionOf('web', OLDER));
    t.is(staged.shownTo(createPlanOrderKept(BOUNDS)) === undefined, holds);
  }
});

test('an abort takes the other Rollouts of the plan with it', (t) => {
  const aborted = { abort: true, phase: 'Degraded' };
  const rows: [object, object, object, boolean][] = [
    [aborted, {}, AFTER_DATA, false],
    [aborted, {}, {}, true],
    [aborted, { ...aborted, abortedBy: 'data' }, AFTER_DATA, true],
    [{ ...aborted, abortedBy: 'other' }, {}, AFTER_DATA, true],
    [aborted, { stableRS: 'v2' }, AFTER_DATA, true],
    [{}, {}, AFTER_DATA, true],
  ];
  for (const [data, web, spec, holds] of rows) {
    const staged = new StagedWorld();
    put(staged, 'data', data);
    put(staged, 'web', web, spec);
    t.is(
      inTheEnd(staged, createPlanOrderKept(BOUNDS)) === undefined,
      holds,
      JSON.stringify([data, web, spec]),
    );
  }
});
