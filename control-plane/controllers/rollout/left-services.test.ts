// Services that Rollouts have left.
import test from 'ava';
import { rolloutKind } from '@gantry/api/kinds/rollout';
import { serviceKind, type Service } from '@gantry/api/kinds/service';
import { MANAGED_BY } from '@gantry/api/rollout/marks';
import { settleAll } from '../../engine/settle.ts';
import { readerOf, withDeletion, type World } from '../../engine/toy-world.ts';
import { leftServiceController } from './left-services.ts';
import {
  aCanary,
  aRollout,
  edited,
  leadsTo,
  released,
  releaseWorld,
  splitIn,
  statusIn,
  WEB,
} from './toy-rollouts.ts';

const controllers = [leftServiceController()];

function serviceIn(world: World, name: string): Service | undefined {
  return readerOf(world).get(serviceKind, { namespace: 'default', name });
}

test('as long as a Rollout names them they stay as they are', (t) => {
  const world = released(releaseWorld(aRollout(aCanary())));
  t.is(serviceIn(world, 'web')?.metadata.annotations?.[MANAGED_BY], 'web');
  t.is(settleAll(controllers, world).world.revision, world.revision);
});

test('a Rollout that goes leaves them as they were', (t) => {
  const world = released(releaseWorld(aRollout(aCanary())));
  const left = settleAll(controllers, withDeletion(world, rolloutKind, WEB, {})).world;
  for (const name of ['web', 'web-canary']) {
    t.deepEqual(serviceIn(left, name)?.spec.selector, { app: 'web' });
    t.is(serviceIn(left, name)?.metadata.annotations?.[MANAGED_BY], undefined);
  }
});

test('one that is named no more is left, the others are not', (t) => {
  const world = released(releaseWorld(aRollout(aCanary())));
  const changed = released(
    edited(world, (spec) => ({ ...spec, strategy: { blueGreen: { activeService: 'web' } } })),
  );
  const left = settleAll(controllers, changed).world;
  t.deepEqual(serviceIn(left, 'web-canary')?.spec.selector, { app: 'web' });
  t.is(leadsTo(left, 'web'), 'web:1');
  t.is(splitIn(changed), undefined, 'nothing is split any more');
  t.is(statusIn(changed).phase, 'Healthy', JSON.stringify(statusIn(changed)));
});

test('a split of another Service gives way to the new one', (t) => {
  const world = released(releaseWorld(aRollout(aCanary())));
  const turned = aCanary({ stableService: 'web-canary', canaryService: 'web' });
  const changed = released(edited(world, (spec) => ({ ...spec, strategy: turned })));
  t.is(splitIn(changed)?.spec.service, 'web-canary');
  t.is(statusIn(changed).phase, 'Healthy', JSON.stringify(statusIn(changed)));
});
