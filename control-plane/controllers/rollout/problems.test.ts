// What is wrong with a Rollout by what else is there: each is told with its remedy, the update waits, and nothing is changed.
import test from 'ava';
import { rolloutKind, type Rollout } from '@gantry/api/kinds/rollout';
import { serviceKind } from '@gantry/api/kinds/service';
import { HASH_LABEL } from '@gantry/api/rollout/marks';
import { withChange, withObject, type World } from '../../engine/toy-world.ts';
import { aTemplate } from '../toy-workloads.ts';
import {
  aCanary,
  aRollout,
  edited,
  released,
  releaseWorld,
  sizesIn,
  statusIn,
  weightIn,
  withImage,
} from './toy-rollouts.ts';

const start = (): World =>
  released(releaseWorld(aRollout(aCanary({ steps: [{ setWeight: 50 }, { pause: {} }] }))));

/** The side's selector, but for what the controller adds. */
function sideSelects(world: World, selector: Readonly<Record<string, string>>): World {
  return withChange(world, serviceKind, { namespace: 'default', name: 'web-canary' }, (service) => {
    const hash = service.spec.selector?.[HASH_LABEL];
    const own = hash === undefined ? {} : { [HASH_LABEL]: hash };
    return { ...service, spec: { ...service.spec, selector: { ...selector, ...own } } };
  });
}

function withRival(world: World, strategy: Rollout['spec']['strategy']): World {
  const labels = { app: 'rival' };
  const rival = aRollout(strategy, { selector: { matchLabels: labels }, template: aTemplate('r:1', labels) });
  return withObject(world, rolloutKind, { ...rival, metadata: { name: 'rival', namespace: 'default' } });
}

const ROWS: readonly [string, (world: World) => World, RegExp][] = [
  [
    'a Service that selects other pods',
    (world) => sideSelects(world, { app: 'other' }),
    /^InvalidSpec: spec.strategy.canary.canaryService: Service web-canary does not select the Rollout's pods, spec.template has no label app=other: change the Service's selector, or name another one$/,
  ],
  [
    'a Service without a selector',
    (world) => sideSelects(world, {}),
    /^InvalidSpec: spec.strategy.canary.canaryService: Service web-canary has no selector: give it labels of spec.template$/,
  ],
  [
    'two Rollouts on one Service',
    (world) => withRival(world, { canary: { stableService: 'web', canaryService: 'rival-canary' } }),
    /^InvalidSpec: spec.strategy.canary.stableService: Service web is that of Rollout rival, and a Service has one Rollout: name another one$/,
  ],
  [
    'two Rollouts on one Service, as the active one of one of them',
    (world) => withRival(world, { blueGreen: { activeService: 'web-canary' } }),
    /^InvalidSpec: spec.strategy.canary.canaryService: Service web-canary is that of Rollout rival/,
  ],
  [
    'a Rollout that comes first and is not there',
    (world) => edited(world, (spec) => ({ ...spec, dependsOn: [{ name: 'base' }] })),
    /^InvalidSpec: spec.dependsOn: there is no Rollout base in the namespace$/,
  ],
];

for (const [what, change, message] of ROWS)
  test(`told and waited for: ${what}`, (t) => {
    const told = released(withImage(change(start()), 'web:2'));
    t.is(statusIn(told).phase, 'Degraded');
    t.regex(statusIn(told).message ?? '', message);
    t.deepEqual(sizesIn(told), { 'web:1': 4 });
    t.is(weightIn(told), 0);
  });

test('once it is put right the update goes on', (t) => {
  const told = released(withImage(sideSelects(start(), { app: 'other' }), 'web:2'));
  const mended = released(sideSelects(told, { app: 'web' }));
  t.is(statusIn(mended).phase, 'Paused', JSON.stringify(statusIn(mended)));
  t.is(weightIn(mended), 50);
});

test('without the Rollout that comes first one goes back to the stable version all the same, and scales it', (t) => {
  const updating = released(withImage(start(), 'web:2'));
  t.is(weightIn(updating), 50);
  const stuck = released(edited(updating, (spec) => ({ ...spec, dependsOn: [{ name: 'base' }] })));
  t.is(statusIn(stuck).phase, 'Degraded');
  const back = released(edited(withImage(stuck, 'web:1'), (spec) => ({ ...spec, replicas: 2 })));
  t.regex(statusIn(back).message ?? '', /there is no Rollout base/);
  t.is(weightIn(back), 0);
  t.is(sizesIn(back)['web:1'], 2);
});

test('where there is nothing yet, no weights are told that no proxy has', (t) => {
  const told = released(
    withRival(releaseWorld(aRollout(aCanary())), { blueGreen: { activeService: 'web' } }),
  );
  t.is(statusIn(told).phase, 'Degraded');
  t.is(statusIn(told).canary?.weights, undefined);
});
