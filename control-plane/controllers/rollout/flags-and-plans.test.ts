// Gates, flags that steps set, kill switches, exposure, plans of several Rollouts, and what is wrong with one.
import test from 'ava';
import { CHANGE_REASON_ANNOTATION } from '@gantry/api/change-history';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { featureFlagKind } from '@gantry/api/kinds/feature-flag';
import { rolloutKind } from '@gantry/api/kinds/rollout';
import { serviceKind } from '@gantry/api/kinds/service';
import { timeText } from '@gantry/kit/time-text';
import { passIn } from '../../engine/settle.ts';
import { readerOf, withChange, withDeletion, withObject, type World } from '../../engine/toy-world.ts';
import { aDeployment, aTemplate } from '../toy-workloads.ts';
import { rolloutController } from './rollout-controller.ts';
import {
  abortedByUser,
  aCanary,
  aRollout,
  edited,
  leadsTo,
  patched,
  released,
  releasedAfter,
  releaseWorld,
  sizesIn,
  splitIn,
  statusIn,
  weightIn,
  withFlag,
  WEB,
  withImage,
} from './toy-rollouts.ts';

function variantOf(world: World, key: string): string | undefined {
  const flag = readerOf(world).get(featureFlagKind, { namespace: 'default', name: key });
  return flag?.spec.flagSpec.flags[key]?.defaultVariant;
}

test('a gate waits for its flag, and says so', (t) => {
  const steps = [{ setWeight: 25 }, { gate: { flag: 'go', variant: 'on' } }];
  const start = released(releaseWorld(aRollout(aCanary({ steps }))));
  const unknown = released(withImage(start, 'web:2'));
  t.is(statusIn(unknown).currentStepIndex, 1);
  t.true(statusIn(unknown).reasons?.some((reason) => /waiting for flag go to be on: /.test(reason)));
  const closed = released(withFlag(unknown, 'go', 'off'));
  t.true(statusIn(closed).reasons?.includes('waiting for flag go to be on; it is off'));
  const open = released(withFlag(closed, 'go', 'on'));
  t.is(statusIn(open).phase, 'Healthy', JSON.stringify(statusIn(open)));
  t.is(leadsTo(open, 'web'), 'web:2');
});

test('a gate opens at the time that the schedule of its flag says', (t) => {
  const steps = [{ setWeight: 25 }, { gate: { flag: 'go', variant: 'on' } }];
  const start = withFlag(released(releaseWorld(aRollout(aCanary({ steps })))), 'go', 'off');
  const planned = withChange(start, featureFlagKind, { namespace: 'default', name: 'go' }, (flag) => ({
    ...flag,
    spec: {
      ...flag.spec,
      rules: { go: { schedule: [{ at: timeText(start.nowMs + 60_000), variant: 'on' }] } },
    },
  }));
  const waiting = released(withImage(planned, 'web:2'));
  const pass = passIn(waiting, rolloutController(), WEB);
  t.is(pass?.plan.recheckAfterMs, 60_000);
  t.is(statusIn(releasedAfter(waiting, 61)).phase, 'Healthy');
});

test('a variant that the flag does not have is told, not guessed at', (t) => {
  const steps = [{ gate: { flag: 'go', variant: 'yes' } }];
  const start = withFlag(released(releaseWorld(aRollout(aCanary({ steps })))), 'go', 'on');
  const world = released(withImage(start, 'web:2'));
  t.true(statusIn(world).reasons?.some((reason) => reason.includes('no such variant')));
});

test('a kill switch takes all traffic back and holds against a retry', (t) => {
  const strategy = aCanary({ steps: [{ setWeight: 50 }, { pause: {} }], killSwitch: { flag: 'stop' } });
  const start = withFlag(released(releaseWorld(aRollout(strategy))), 'stop', 'off');
  const half = released(withImage(start, 'web:2'));
  t.is(weightIn(half), 50);
  const back = released(withFlag(half, 'stop', 'on'));
  t.is(weightIn(back), 0);
  t.regex(statusIn(back).message ?? '', /kill switch stop was on/);
  const again = released(patched(back, (status) => ({ ...status, abort: false })));
  t.is(weightIn(again), 0);
  t.is(statusIn(again).abort, true);
});

test('an abort is told once: why in the message and an Event, how it goes on in the reasons', (t) => {
  const strategy = aCanary({ steps: [{ setWeight: 50 }, { pause: {} }], killSwitch: { flag: 'stop' } });
  const start = withFlag(released(releaseWorld(aRollout(strategy))), 'stop', 'off');
  const thrown = withFlag(released(withImage(start, 'web:2')), 'stop', 'on');
  const events = (world: typeof thrown) =>
    passIn(world, rolloutController(), WEB)?.plan.actions.filter(({ type }) => type === 'record-event');
  t.like(events(thrown), [
    {
      reason: 'RolloutAborted',
      severity: 'Warning',
      message: 'Rollout aborted update to revision 2: the kill switch stop was on',
    },
  ]);
  const back = released(thrown);
  t.deepEqual(events(back), []);
  t.is(
    statusIn(back).reasons?.[0],
    "aborted: all traffic is the stable version's; a retry is aborted again while flag stop is on (gantry flag eval stop)",
  );
  t.is(
    statusIn(released(withFlag(back, 'stop', 'off'))).reasons?.[0],
    "aborted: all traffic is the stable version's; gantry rollout retry tries the update again",
  );
});

test('a flag that cannot be changed is waited for as long as people need', (t) => {
  const steps = [{ setFlag: { flag: 'nowhere', variant: 'on' } }];
  const world = releasedAfter(withImage(released(releaseWorld(aRollout(aCanary({ steps })))), 'web:2'), 700);
  t.is(statusIn(world).phase, 'Progressing');
  t.true(
    statusIn(world).reasons?.includes(
      'flag nowhere cannot be changed: there is no such flag in the namespace',
    ),
  );
});

test('the split has the kill switch for the nodes as long as it may take traffic back', (t) => {
  const canary = { steps: [{ setWeight: 50 }, { pause: {} }], killSwitch: { flag: 'stop' } };
  const start = withFlag(released(releaseWorld(aRollout(aCanary(canary)))), 'stop', 'off');
  t.is(splitIn(start)?.spec.killSwitch, undefined);
  const half = released(withImage(start, 'web:2'));
  t.deepEqual(splitIn(half)?.spec.killSwitch, { flag: 'stop', targetingKey: 'web' });
  t.is(splitIn(released(withFlag(half, 'stop', 'on')))?.spec.killSwitch, undefined);
  const done = released(patched(half, ({ pauseConditions: _, ...status }) => status));
  t.is(statusIn(done).phase, 'Healthy', JSON.stringify(statusIn(done)));
  t.is(splitIn(done)?.spec.killSwitch, undefined);
  const small = aRollout(aCanary({ ...canary, dynamicStableScale: true }));
  const dynamic = released(withImage(withFlag(released(releaseWorld(small)), 'stop', 'off'), 'web:2'));
  t.is(weightIn(dynamic), 50);
  t.is(splitIn(dynamic)?.spec.killSwitch, undefined);
});

test('a flag that a step sets is given back by an abort', (t) => {
  const steps = [{ setFlag: { flag: 'new-page', variant: 'on' } }, { setWeight: 50 }, { pause: {} }];
  const start = withFlag(released(releaseWorld(aRollout(aCanary({ steps })))), 'new-page', 'off');
  const half = released(withImage(start, 'web:2'));
  t.is(variantOf(half, 'new-page'), 'on');
  t.is(weightIn(half), 50);
  const back = released(abortedByUser(half));
  t.is(variantOf(back, 'new-page'), 'off');
  t.is(statusIn(back).flagsBefore, undefined);
});

test('what a step sets counts, also where the schedule of the flag has changed it before; the history says who', (t) => {
  const steps = [{ setFlag: { flag: 'new-page', variant: 'on' } }, { pause: {} }];
  const start = withFlag(released(releaseWorld(aRollout(aCanary({ steps })))), 'new-page', 'on');
  const key = { namespace: 'default', name: 'new-page' };
  const schedule = [{ at: '2000-01-01T00:00:00Z', variant: 'off' }];
  const scheduled = withChange(start, featureFlagKind, key, ({ spec, ...flag }) => ({
    ...flag,
    spec: { ...spec, rules: { 'new-page': { offVariant: 'off', schedule } } },
  }));
  const world = released(withImage(scheduled, 'web:2'));
  const found = readerOf(world).get(featureFlagKind, key);
  t.is(variantOf(world, 'new-page'), 'on');
  t.deepEqual(found?.spec.rules, { 'new-page': { offVariant: 'off' } });
  t.is(found?.metadata.annotations?.[CHANGE_REASON_ANNOTATION], 'Rollout web, step 1');
  const back = released(abortedByUser(world));
  t.is(variantOf(back, 'new-page'), 'off');
  const why = readerOf(back).get(featureFlagKind, key)?.metadata.annotations?.[CHANGE_REASON_ANNOTATION];
  t.is(why, 'Rollout web gives back what its steps changed');
});

test('a new version begins with the flags as they were before the one that it replaces', (t) => {
  const steps = [{ setFlag: { flag: 'new-page', variant: 'on' } }, { setWeight: 50 }, { pause: {} }];
  const start = withFlag(released(releaseWorld(aRollout(aCanary({ steps })))), 'new-page', 'off');
  const half = withImage(released(withImage(start, 'web:2')), 'web:3');
  const pass = passIn(half, rolloutController(), WEB);
  t.is(variantOf(pass?.world ?? half, 'new-page'), 'off', 'what the step before has set counts for nobody');
  t.is(statusIn(pass?.world ?? half).currentStepIndex, 0);
  const again = released(half);
  t.is(variantOf(again, 'new-page'), 'on');
  t.is(weightIn(again), 50);
  t.is(variantOf(released(abortedByUser(again)), 'new-page'), 'off');
});

test('a new version that waits for others has the flags as they were before the one that it replaces', (t) => {
  const steps = [{ setFlag: { flag: 'new-page', variant: 'on' } }, { setWeight: 50 }, { pause: {} }];
  const start = withFlag(released(releaseWorld(aRollout(aCanary({ steps })))), 'new-page', 'off');
  const half = released(withImage(start, 'web:2'));
  t.is(variantOf(half, 'new-page'), 'on');
  const labels = { app: 'base' };
  const template = aTemplate('base:1', labels);
  const base = aRollout({ canary: {} }, { selector: { matchLabels: labels }, template, paused: true });
  const beside = withObject(half, rolloutKind, {
    ...base,
    metadata: { name: 'base', namespace: 'default' },
  });
  const next = edited(withImage(beside, 'web:3'), (spec) => ({ ...spec, dependsOn: [{ name: 'base' }] }));
  const world = released(next);
  t.deepEqual(statusIn(world).reasons?.slice(0, 1), ['waiting for Rollouts that come first: base']);
  t.is(variantOf(world, 'new-page'), 'off');
  t.is(statusIn(world).flagsBefore, undefined);
});

test('a kill switch that takes back a new version at once gives each flag back once', (t) => {
  const steps = [{ setFlag: { flag: 'new-page', variant: 'on' } }, { pause: {} }];
  const strategy = aCanary({ steps, killSwitch: { flag: 'stop' } });
  const flags = (world: World): World => withFlag(withFlag(world, 'new-page', 'off'), 'stop', 'off');
  const start = flags(released(releaseWorld(aRollout(strategy))));
  const under = withFlag(withImage(released(withImage(start, 'web:2')), 'web:3'), 'stop', 'on');
  const back = released(under);
  t.is(statusIn(back).abort, true);
  t.is(variantOf(back, 'new-page'), 'off');
  t.is(statusIn(back).flagsBefore, undefined);
});

test('two flags of one object are given back together', (t) => {
  const steps = [
    { setFlag: { flag: 'a', variant: 'on' } },
    { setFlag: { flag: 'b', variant: 'on' } },
    { pause: {} },
  ];
  const flag = { state: 'ENABLED' as const, variants: { on: true, off: false }, defaultVariant: 'off' };
  const start = withObject(released(releaseWorld(aRollout(aCanary({ steps })))), featureFlagKind, {
    apiVersion: 'gantry.dev/v1alpha1',
    kind: 'FeatureFlag',
    metadata: { namespace: 'default', name: 'a' },
    spec: { flagSpec: { flags: { a: flag, b: flag } } },
  });
  const variants = (world: World): (string | undefined)[] => {
    const { a, b } =
      readerOf(world).get(featureFlagKind, { namespace: 'default', name: 'a' })?.spec.flagSpec.flags ?? {};
    return [a?.defaultVariant, b?.defaultVariant];
  };
  const under = released(withImage(start, 'web:2'));
  t.deepEqual(variants(under), ['on', 'on']);
  const pass = passIn(withImage(under, 'web:3'), rolloutController(), WEB);
  t.deepEqual(variants(pass?.world ?? under), ['off', 'off']);
});

test('exposure bounds the share until all steps are done, and keeps users on their side', (t) => {
  const audience = [{ cookies: [{ name: 'beta', value: 'yes' }] }];
  const strategy = aCanary({
    steps: [{ setWeight: 50 }, { pause: {} }],
    exposure: { maxPercent: 20, audience, stickyBy: { header: 'x-user' } },
  });
  const world = released(withImage(released(releaseWorld(aRollout(strategy))), 'web:2'));
  const [first, last] = splitIn(world)?.spec.rules ?? [];
  t.deepEqual(first?.matches, audience);
  t.deepEqual(
    first?.backends.map(({ weight }) => weight),
    [20, 80],
  );
  t.deepEqual(first?.sticky, { by: { header: 'x-user' }, salt: 'web' });
  t.deepEqual(
    last?.backends.map(({ weight }) => weight),
    [0, 100],
  );
  const done = released(patched(world, ({ pauseConditions: _, ...status }) => status));
  t.is(statusIn(done).phase, 'Healthy', JSON.stringify(statusIn(done)));
  t.is(leadsTo(done, 'web'), 'web:2');
});

test('beside an audience the stable version keeps its pods, and the nodes may throw the kill switch', (t) => {
  const canary = {
    steps: [{ setWeight: 50 }, { pause: {} }],
    ...{ dynamicStableScale: true, killSwitch: { flag: 'stop' } },
  };
  const audience = [{ cookies: [{ name: 'beta', value: 'yes' }] }];
  const rows = [
    [undefined, { 'web:1': 2, 'web:2': 2 }, undefined],
    [{ exposure: { audience } }, { 'web:1': 4, 'web:2': 2 }, { flag: 'stop', targetingKey: 'web' }],
  ] as const;
  for (const [exposure, sizes, killSwitch] of rows) {
    const start = releaseWorld(aRollout(aCanary({ ...canary, ...exposure })));
    const half = released(withImage(withFlag(released(start), 'stop', 'off'), 'web:2'));
    t.deepEqual(sizesIn(half), sizes);
    t.deepEqual(splitIn(half)?.spec.killSwitch, killSwitch);
  }
});

test('requests with a header reach the new version whatever its share', (t) => {
  const match = [{ headerName: 'x-beta', headerValue: { exact: 'yes' } }];
  const steps = [
    { setCanaryScale: { replicas: 1 } },
    { setHeaderRoute: { name: 'beta', match } },
    { pause: {} },
  ];
  const world = released(withImage(released(releaseWorld(aRollout(aCanary({ steps })))), 'web:2'));
  t.is(statusIn(world).phase, 'Paused', JSON.stringify(statusIn(world)));
  t.is(splitIn(world)?.spec.rules[0]?.name, 'route/beta');
  t.is(weightIn(world), 0);
  const back = released(abortedByUser(world));
  t.is(splitIn(back)?.spec.rules.length, 1);
});

test('requests are copied to the new version, and answered by the old one', (t) => {
  const match = [{ method: { exact: 'GET' }, path: { prefix: '/a.b' }, headers: { 'x-a': { exact: '1' } } }];
  const steps = [
    { setCanaryScale: { replicas: 1 } },
    { setMirrorRoute: { name: 'copy', match, percentage: 35 } },
    { pause: {} },
    { setMirrorRoute: { name: 'copy' } },
    { pause: {} },
  ];
  const world = released(withImage(released(releaseWorld(aRollout(aCanary({ steps })))), 'web:2'));
  t.is(statusIn(world).phase, 'Paused', JSON.stringify(statusIn(world)));
  t.deepEqual(splitIn(world)?.spec.rules[0], {
    name: 'mirror/copy',
    matches: [
      {
        request: {
          path: { type: 'RegularExpression', value: '/a\\.b.*' },
          method: 'GET',
          headers: [{ name: 'x-a', type: 'Exact', value: '1' }],
        },
      },
    ],
    backends: [
      { service: 'web-canary', weight: 0 },
      { service: 'web', weight: 100 },
    ],
    mirror: { service: 'web-canary', percent: 35 },
  });
  t.is(weightIn(world), 0);
  t.is(splitIn(released(abortedByUser(world)))?.spec.rules.length, 1);
  const ended = released(patched(world, ({ pauseConditions: _, ...status }) => status));
  t.is(statusIn(ended).currentStepIndex, 4, JSON.stringify(statusIn(ended)));
  t.is(splitIn(ended)?.spec.rules.length, 1);
});

test('a Rollout waits for those it depends on, and is aborted with them', (t) => {
  const names = ['shop', 'shop-canary'];
  const strategy = { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } };
  let world = releaseWorld(aRollout(aCanary({ steps: [{ setWeight: 50 }, { pause: {} }] })));
  for (const name of names)
    world = withObject(world, serviceKind, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default' },
      spec: { selector: { app: 'shop' } },
    });
  const shop = aRollout(strategy, {
    template: aTemplate('shop:1', { app: 'shop' }),
    selector: { matchLabels: { app: 'shop' } },
    dependsOn: [{ name: 'web' }],
  });
  world = released(
    withObject(world, rolloutKind, { ...shop, metadata: { name: 'shop', namespace: 'default' } }),
  );
  const shopIn = (at: World) => readerOf(at).get(rolloutKind, { namespace: 'default', name: 'shop' });
  t.is(shopIn(world)?.status?.phase, 'Healthy', JSON.stringify(shopIn(world)?.status));
  const half = released(withImage(world, 'web:2'));
  t.is(weightIn(half), 50);
  const key = { namespace: 'default', name: 'shop' };
  const both = released(
    withChange(half, rolloutKind, key, (current) => ({
      ...current,
      spec: { ...current.spec, template: aTemplate('shop:2', { app: 'shop' }) },
    })),
  );
  t.deepEqual(shopIn(both)?.status?.reasons, ['waiting for Rollouts that come first: web']);
  t.is(sizesIn(both)['shop:2'], undefined);
  const back = released(abortedByUser(both));
  t.is(shopIn(back)?.status?.abortedBy, 'web', JSON.stringify(shopIn(back)?.status));
  t.is(shopIn(back)?.status?.phase, 'Degraded');
  const again = released(patched(back, (status) => ({ ...status, abort: false })));
  t.is(shopIn(again)?.status?.abort, undefined);
  const done = released(patched(again, ({ pauseConditions: _, ...status }) => status));
  t.is(statusIn(done).phase, 'Healthy', JSON.stringify(statusIn(done)));
  t.is(shopIn(done)?.status?.phase, 'Paused');
  t.is(sizesIn(done)['shop:2'], 2);
});

test('what only other objects show is told, and nothing is changed', (t) => {
  const start = released(releaseWorld(aRollout(aCanary({ steps: [{ setWeight: 50 }, { pause: {} }] }))));
  const gone = withDeletion(start, serviceKind, { namespace: 'default', name: 'web-canary' }, {});
  const world = released(withImage(gone, 'web:2'));
  t.is(statusIn(world).phase, 'Degraded');
  t.regex(
    statusIn(world).message ?? '',
    /^InvalidSpec: spec.strategy.canary.canaryService: Service web-canary does not exist/,
  );
  t.deepEqual(sizesIn(world), { 'web:1': 4 });
  const both = withObject(start, deploymentKind, aDeployment({}, { name: 'other' }));
  const told = released(withImage(both, 'web:2'));
  t.regex(statusIn(told).message ?? '', /Deployment other selects the Rollout's pods as well/);
});

test('a Rollout that waits for itself is told', (t) => {
  const start = released(releaseWorld(aRollout(aCanary())));
  const other = aRollout(
    { canary: {} },
    {
      selector: { matchLabels: { app: 'x' } },
      template: aTemplate('x:1', { app: 'x' }),
      dependsOn: [{ name: 'web' }],
    },
  );
  const world = withObject(start, rolloutKind, { ...other, metadata: { name: 'x', namespace: 'default' } });
  const told = released(edited(world, (spec) => ({ ...spec, dependsOn: [{ name: 'x' }] })));
  t.regex(statusIn(told).message ?? '', /spec.dependsOn goes in a circle, web -> x -> web: take one/);
});
