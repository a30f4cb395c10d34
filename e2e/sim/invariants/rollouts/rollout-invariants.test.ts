// Invariants of Rollouts, each with worlds that keep it and worlds that break it.
import test from 'ava';
import { PROXY_REVISION_ANNOTATION, SPLIT_REVISION_ANNOTATION } from '@gantry/api/kinds/lease';
import type { TrafficSplit } from '@gantry/api/kinds/traffic-split';
import { BOUNDS } from '../bounds.ts';
import { ownedBy, StagedWorld, uidFor, type Draft } from '../staged-world.ts';
import { createAbortEndsAtStable } from './abort-ends-at-stable.ts';
import { createKillSwitchHeeded } from './kill-switch-heeded.ts';
import { createRoutedVersionKeepsPods } from './routed-version-keeps-pods.ts';
import { createShareHasPods } from './share-has-pods.ts';
import { createShareWithinSteps } from './share-within-steps.ts';
import { createSideTurnsIdle } from './side-turns-idle.ts';
import { createStableKeepsPods } from './stable-keeps-pods.ts';
import { createUsersKeepTheirSide } from './users-keep-their-side.ts';

const HASH = 'rollouts-pod-template-hash';
const STEPS = [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }, { pause: { duration: '10s' } }];
const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

const service = (version: string): Draft => ({ spec: { selector: { app: 'web', [HASH]: version } } });

function split(weight: number, more: object = {}): Draft {
  const backends = [
    { service: 'side', weight },
    { service: 'main', weight: 100 - weight },
  ];
  return { metadata: ownedBy('Rollout', 'web'), spec: { service: 'main', rules: [{ backends, ...more }] } };
}

/** Version `v2` beside the stable `v1`. */
function world(status: object = {}, exposure: object = {}): StagedWorld {
  const staged = new StagedWorld();
  const canary = { stableService: 'main', canaryService: 'side', steps: STEPS, ...exposure };
  const common = { stableRS: 'v1', currentPodHash: 'v2', currentStepIndex: 0 };
  staged.put('Rollout', 'web', {
    spec: { replicas: 4, strategy: { canary } },
    status: { ...common, ...status },
  });
  staged.put('Service', 'main', service('v1'));
  staged.put('Service', 'side', service('v2'));
  staged.put('TrafficSplit', 'web', split(0));
  return staged;
}

test('a share goes as far as the first pause that is not over', (t) => {
  const pausedFor = 'CanaryPauseStep/1';
  const rows: [object, object, number, boolean][] = [
    [{}, {}, 20, true],
    [{}, {}, 21, false],
    [{}, { exposure: { maxPercent: 10 } }, 20, false],
    [{ currentStepIndex: 1, pausedFor, pauseConditions: [{ reason: 'CanaryPauseStep' }] }, {}, 60, false],
    [{ currentStepIndex: 1, pausedFor }, {}, 60, true],
    [{ currentStepIndex: 1, pausedFor }, {}, 61, false],
    [{ currentStepIndex: 1, abort: true }, {}, 1, false],
    [{ promoteFull: true }, {}, 100, true],
    [{ promoteFull: true, abort: true }, {}, 1, false],
    [{ promoteFull: true, abort: true, abortedAt: '2030-01-01T00:00:00Z' }, {}, 100, true],
    [{ currentStepIndex: 4 }, {}, 100, true],
    [{ currentPodHash: 'v3', currentStepIndex: 4 }, {}, 60, false],
    [{ stableRS: 'v2' }, {}, 100, true],
  ];
  for (const [status, exposure, weight, holds] of rows) {
    const staged = world(status, exposure);
    const invariant = createShareWithinSteps({ staleMs: 1_000, clockSkewMs: 0 });
    staged.put('TrafficSplit', 'web', split(weight));
    t.is(staged.shownTo(invariant) === undefined, holds, JSON.stringify([status, exposure, weight]));
  }
});

test("an abort that followed another Rollout's ends with that", (t) => {
  const rows: [object | undefined, boolean][] = [
    [{ abort: true }, false],
    [{ abort: false }, true],
    [undefined, true],
  ];
  for (const [status, holds] of rows) {
    const staged = world({ abort: true, abortedBy: 'api' });
    const invariant = createShareWithinSteps({ staleMs: 1_000, clockSkewMs: 0 });
    if (status !== undefined) staged.put('Rollout', 'api', { spec: { strategy: {} }, status });
    staged.put('TrafficSplit', 'web', split(20));
    t.is(staged.shownTo(invariant) === undefined, holds, JSON.stringify(status));
  }
});

/** A split whose shares are the audience's; beyond it, all others'. */
function audienceSplit(weight: number, ofOthers: number): Draft {
  const backends = (percent: number): object[] => [
    { service: 'side', weight: percent },
    { service: 'main', weight: 100 - percent },
  ];
  const rules = [{ name: 'audience', backends: backends(weight) }, { backends: backends(ofOthers) }];
  return { metadata: ownedBy('Rollout', 'web'), spec: { service: 'main', rules } };
}

test('the share of an audience is a share; beyond it the new version takes over once all steps are done', (t) => {
  const exposure = { exposure: { audience: [{ request: {} }], maxPercent: 60 } };
  const pausedFor = 'CanaryPauseStep/3';
  const last = { currentStepIndex: 3, pausedFor };
  const rows: [object, Draft[], RegExp | undefined][] = [
    [{}, [audienceSplit(20, 0)], undefined],
    [{}, [audienceSplit(21, 0)], /21 % of the traffic, .* allow 20 %/],
    [{}, [audienceSplit(20, 20)], /20 % of the traffic beyond the audience, .* allow 0 %/],
    [{ currentStepIndex: 2 }, [audienceSplit(60, 0), split(100)], /100 % of the traffic, .* allow 60 %/],
    [last, [audienceSplit(60, 0), split(100)], undefined],
    // The last share is there, and what comes after it may be done by now.
    [{ ...last, currentStepIndex: 2 }, [audienceSplit(60, 0), split(100)], undefined],
  ];
  for (const [status, splits, broken] of rows) {
    const staged = world(status, exposure);
    const invariant = createShareWithinSteps({ staleMs: 1_000, clockSkewMs: 0 });
    for (const one of splits) staged.put('TrafficSplit', 'web', one);
    const seen = staged.shownTo(invariant);
    if (broken === undefined) t.is(seen, undefined, JSON.stringify(status));
    else t.regex(seen ?? '', broken, JSON.stringify(status));
  }
});

test('a share that falls is always right; one that grows is judged by what held a moment ago too', (t) => {
  const staged = world({ currentStepIndex: 4 });
  const invariant = createShareWithinSteps({ staleMs: 1_000, clockSkewMs: 0 });
  staged.put('TrafficSplit', 'web', split(90));
  staged.put('Rollout', 'web', { status: { stableRS: 'v1', currentPodHash: 'v2', abort: true } });
  staged.put('TrafficSplit', 'web', split(95));
  t.is(staged.shownTo(invariant), undefined);
  staged.later(2_000).put('TrafficSplit', 'web', split(50));
  t.is(staged.shownTo(invariant), undefined);
  staged.put('TrafficSplit', 'web', split(51));
  t.regex(staged.shownTo(invariant) ?? '', /gives version v2 51 %.*allow 0 %/);
});

test('a share needs its pods', (t) => {
  const staged = world();
  const invariant = createShareHasPods({ staleMs: 1_000 });
  staged.put('Pod', 'a', { metadata: { labels: { [HASH]: 'v2' } }, status: READY });
  staged.put('TrafficSplit', 'web', split(25));
  t.is(staged.shownTo(invariant), undefined);
  staged.put('TrafficSplit', 'web', split(26));
  t.regex(staged.shownTo(invariant) ?? '', /with 1 ready pods of 2/);
});

test('the share of an audience needs its pods too', (t) => {
  const staged = world();
  staged.put('TrafficSplit', 'web', audienceSplit(20, 0));
  t.regex(staged.shownTo(createShareHasPods({ staleMs: 1_000 })) ?? '', /20 %.* with 0 ready pods of 1/);
});

test("the stable version keeps the pods for what is not the new one's, beyond an audience all of them", (t) => {
  const sized = (replicas: number): Draft => {
    const metadata = { ...ownedBy('Rollout', 'web'), labels: { [HASH]: 'v1' } };
    return { metadata, spec: { replicas } };
  };
  const rows: [Draft, number, boolean][] = [
    [split(50), 2, true],
    [split(50), 1, false],
    [split(51), 1, false],
    [audienceSplit(50, 0), 3, false],
    [split(100), 0, true],
  ];
  for (const [given, size, holds] of rows) {
    const staged = world();
    const invariant = createStableKeepsPods({ staleMs: 1_000 });
    staged.put('ReplicaSet', 'v1', sized(4));
    staged.put('TrafficSplit', 'web', given);
    staged.put('ReplicaSet', 'v1', sized(size));
    t.is(staged.shownTo(invariant) === undefined, holds, JSON.stringify([given, size]));
  }
});

test('a share is held against the pods that were wanted when it was thought of', (t) => {
  const staged = world();
  const invariant = createShareHasPods({ staleMs: 1_000 });
  const wants = (replicas: number): void => {
    const canary = { stableService: 'main', canaryService: 'side', steps: STEPS };
    staged.put('Rollout', 'web', { spec: { replicas, strategy: { canary } } });
  };
  wants(1);
  staged.put('Pod', 'a', { metadata: { labels: { [HASH]: 'v2' } }, status: READY });
  t.is(staged.shownTo(invariant), undefined);
  wants(4);
  staged.later(1_000);
  staged.put('TrafficSplit', 'web', split(56));
  t.is(staged.shownTo(invariant), undefined);
  staged.later(1);
  staged.put('TrafficSplit', 'web', split(57));
  t.regex(staged.shownTo(invariant) ?? '', /with 1 ready pods of 3/);
});

test('the side turns without traffic', (t) => {
  const staged = world();
  const invariant = createSideTurnsIdle();
  staged.put('Service', 'side', service('v3'));
  t.is(staged.shownTo(invariant), undefined);
  staged.put('TrafficSplit', 'web', split(1));
  staged.put('Service', 'side', service('v4'));
  t.regex(staged.shownTo(invariant) ?? '', /turns from version v3 to v4 with 1 %/);
  staged.put('TrafficSplit', 'web', audienceSplit(2, 0));
  staged.put('Service', 'side', service('v5'));
  t.regex(staged.shownTo(invariant) ?? '', /turns from version v4 to v5 with 2 %/);
});

test('the Services of a Rollout that is gone get their own selectors back', (t) => {
  const staged = world();
  const invariant = createSideTurnsIdle();
  staged.put('TrafficSplit', 'web', split(17));
  staged.remove('Rollout', 'web');
  staged.put('Service', 'side', { spec: { selector: { app: 'web' } } });
  t.is(staged.shownTo(invariant), undefined);
});

test('the sides of an Experiment come and go between the new version and the old one', (t) => {
  const sticky = { by: { header: 'x-user' }, salt: 'web' };
  const sides = (...services: string[]): Draft => {
    const backends = services.map((name) => ({ service: name, weight: 100 / services.length }));
    const rules = [{ backends, sticky }];
    return { metadata: ownedBy('Rollout', 'web'), spec: { service: 'main', rules } };
  };
  const rows: [string[], boolean][] = [
    [['side', 'one', 'two', 'main'], true],
    [['one', 'side', 'main'], false],
    [['main', 'side'], false],
    [['side', 'main'], true],
  ];
  for (const [services, holds] of rows) {
    const staged = world();
    staged.put('TrafficSplit', 'web', sides('side', 'main'));
    staged.put('TrafficSplit', 'web', sides(...services));
    staged.put('TrafficSplit', 'web', holds ? sides('side', 'main') : sides(...services));
    t.is(staged.shownTo(createUsersKeepTheirSide()) === undefined, holds, services.join());
  }
});

test('users stay on their side', (t) => {
  const staged = world();
  const invariant = createUsersKeepTheirSide();
  const sticky = { by: { header: 'x-user' }, salt: 'web' };
  staged.put('TrafficSplit', 'web', split(20, { sticky }));
  staged.put('TrafficSplit', 'web', split(60, { sticky }));
  staged.put('TrafficSplit', 'web', split(100));
  staged.put('TrafficSplit', 'web', split(0, { sticky }));
  t.is(staged.shownTo(invariant), undefined);
  staged.put('TrafficSplit', 'web', split(20, { sticky }));
  staged.put('TrafficSplit', 'web', split(20, { sticky: { ...sticky, salt: 'other' } }));
  t.regex(staged.shownTo(invariant) ?? '', /told apart in another way/);
});

/** One node, ready, whose proxy leads to a pod of the new version. */
function routedWorld(): { staged: StagedWorld; has: (weight: number) => void } {
  const staged = world();
  staged.put('Node', 'n1', { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
  const annotations = { [PROXY_REVISION_ANNOTATION]: '1', [SPLIT_REVISION_ANNOTATION]: '1' };
  staged.put('Lease', 'kube-node-lease/n1', { metadata: { annotations } });
  staged.put('ReplicaSet', 'v2', { metadata: ownedBy('Rollout', 'web'), spec: { replicas: 2 } });
  staged.put('Pod', 'a', { metadata: ownedBy('ReplicaSet', 'v2'), status: READY });
  const node = staged.node('n1');
  node.byService = new Map([['web/side', new Set([uidFor('Pod', 'a')])]]);
  const has = (weight: number): void => {
    node.splits = [staged.put('TrafficSplit', 'web', split(weight)) as TrafficSplit];
  };
  has(20);
  return { staged, has };
}

test('a version that a proxy leads to keeps pods', (t) => {
  const invariant = createRoutedVersionKeepsPods({ staleMs: 1_000, frozenMs: 1_000 });
  const { staged, has } = routedWorld();
  t.is(staged.shownTo(invariant), undefined);
  staged.later(3_000).put('ReplicaSet', 'v2', { spec: { replicas: 1 } });
  t.is(staged.shownTo(invariant), undefined);
  staged.put('ReplicaSet', 'v2', { spec: { replicas: 0 } });
  t.regex(staged.shownTo(invariant) ?? '', /web\/v2 is scaled to 0, and n1 still/);
  has(0);
  staged.put('ReplicaSet', 'v2', { spec: { replicas: 1 } });
  staged.put('ReplicaSet', 'v2', { spec: { replicas: 0 } });
  t.is(staged.shownTo(invariant), undefined);
});

test('a node that was just made ready is not waited for, one that was off for longer', (t) => {
  const rows: [boolean, number, boolean][] = [
    [false, 1_000, true],
    [false, 1_001, false],
    [true, 2_000, true],
    [true, 2_001, false],
  ];
  for (const [wasOff, afterMs, holds] of rows) {
    const invariant = createRoutedVersionKeepsPods({ staleMs: 1_000, frozenMs: 1_000 });
    const { staged } = routedWorld();
    staged.node('n1').up = !wasOff;
    t.is(staged.shownTo(invariant), undefined);
    staged.node('n1').up = true;
    t.is(staged.shownTo(invariant), undefined);
    staged.later(afterMs).put('ReplicaSet', 'v2', { spec: { replicas: 0 } });
    t.is(staged.shownTo(invariant) === undefined, holds, JSON.stringify([wasOff, afterMs]));
  }
});

test('a node heeds a kill switch that is thrown, unless something is wrong, and as soon as it can', (t) => {
  const staged = world();
  const invariant = createKillSwitchHeeded();
  const stop = (defaultVariant: string): Draft => ({
    spec: {
      flagSpec: { flags: { stop: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant } } },
    },
  });
  const armed = split(20);
  const spec = { ...(armed['spec'] as object), killSwitch: { flag: 'stop', targetingKey: 'web' } };
  const node = staged.node('n1');
  node.evaluatesFlags = true;
  node.splits = [staged.put('TrafficSplit', 'web', { ...armed, spec }) as TrafficSplit];
  const agent = { kind: 'agent' as const, node: 'n1', up: true, queued: 0, watches: 0, pendingTimers: 0 };
  staged.processes.set('n1', agent);
  staged.undisturbedSinceMs = staged.nowMs;
  staged.put('FeatureFlag', 'flags', stop('off'));
  t.is(staged.later(60_000).shownTo(invariant), undefined);
  staged.put('FeatureFlag', 'flags', stop('on'));
  t.is(staged.shownTo(invariant), undefined);
  t.is(staged.later(9_000).shownTo(invariant), undefined);
  t.regex(staged.later(1_000).shownTo(invariant) ?? '', /n1 shares .* kill switch stop .* for 10000 ms/);
  staged.undisturbedSinceMs = undefined;
  t.is(staged.shownTo(invariant), undefined);
  staged.undisturbedSinceMs = staged.nowMs;
  t.is(staged.later(9_000).shownTo(invariant), undefined);
  t.not(staged.later(1_000).shownTo(invariant), undefined);
  staged.processes.set('n1', { ...agent, up: false });
  t.is(staged.shownTo(invariant), undefined);
  staged.processes.set('n1', agent);
  t.is(staged.shownTo(invariant), undefined);
  t.not(staged.later(10_000).shownTo(invariant), undefined);
  node.splits = [staged.put('TrafficSplit', 'web', split(0)) as TrafficSplit];
  t.is(staged.shownTo(invariant), undefined);
});

test('an abort ends at the stable version', (t) => {
  const aborted = { abort: true, phase: 'Degraded' };
  const seen = (staged: StagedWorld): string | undefined => {
    staged.calmSinceMs = staged.nowMs;
    return staged.later(BOUNDS.settleMs).shownTo(createAbortEndsAtStable(BOUNDS));
  };
  t.is(seen(world(aborted)), undefined);
  const left = world(aborted);
  left.put('TrafficSplit', 'web', split(20));
  t.regex(seen(left) ?? '', /Rollout web\/web was aborted, and has 20 %/);
  const led = world(aborted);
  led.put('Service', 'main', service('v2'));
  t.regex(seen(led) ?? '', /Service web\/main leads to version v2, where v1/);
  const message = '0/2 nodes are available';
  const waiting = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message }] };
  const rows: [string, object, boolean][] = [
    ['v1', {}, false],
    ['v1', { dynamicStableScale: true }, true],
    ['v2', { dynamicStableScale: true }, false],
  ];
  for (const [version, strategy, holds] of rows) {
    const held = world(aborted, strategy);
    held.put('TrafficSplit', 'web', split(20));
    held.put('Pod', 'waiting', { metadata: { labels: { [HASH]: version } }, status: waiting });
    t.is(seen(held) === undefined, holds, JSON.stringify([version, strategy]));
  }
});
