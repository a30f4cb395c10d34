import test from 'ava';
import fc from 'fast-check';
import { deploymentKind } from '@gantry/api/kinds/deployment';
import { keyOf } from '@gantry/api/meta';
import { passIn, settleAll, type Witness } from '../../engine/settle.ts';
import { running } from '../../engine/toy-pods.ts';
import { emptyWorld, later, readerOf, withObject, type World } from '../../engine/toy-world.ts';
import { isReady } from '../pod-condition.ts';
import { aDeployment } from '../toy-workloads.ts';
import { rolloutLimits } from './rollout-limits.ts';
import {
  activePods,
  agentsAct,
  deploymentIn,
  edited,
  imageOf,
  rolloutControllers,
  sizesIn,
  withImage,
} from './toy-rollout.ts';

const AMOUNT = fc.oneof(fc.nat(4), fc.constantFrom('0%', '25%', '50%', '100%'));

const SPEC = fc
  .record({ replicas: fc.nat(7), maxSurge: AMOUNT, maxUnavailable: AMOUNT, recreate: fc.boolean() })
  .map(({ replicas, maxSurge, maxUnavailable, recreate }) => ({
    replicas,
    strategy: recreate
      ? { type: 'Recreate' as const }
      : { type: 'RollingUpdate' as const, rollingUpdate: { maxSurge, maxUnavailable } },
  }));

/** One thing that happens: to the Deployment, to pods, or a pass that may be cut short by a crash. */
const NEXT = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('pass' as const),
      controller: fc.nat(1),
      index: fc.nat(4),
      crashAfter: fc.option(fc.nat(4)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('agents' as const), count: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('image' as const),
      image: fc.constantFrom('web:1', 'web:2', 'web:3'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('time' as const), byMs: fc.nat(400_000) }) },
);
const DISTURBED = fc.oneof(
  { weight: 5, arbitrary: NEXT },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('scale' as const), replicas: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('pause' as const), paused: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('unready' as const), index: fc.nat(6) }) },
);
type Happening = typeof DISTURBED extends fc.Arbitrary<infer T> ? T : never;

function happens(world: World, next: Happening, witness?: Witness): World {
  switch (next.act) {
    case 'pass': {
      const controller = rolloutControllers[next.controller];
      if (controller === undefined) return world;
      const primaries = readerOf(world).list(controller.definition);
      const primary = primaries[next.index % Math.max(1, primaries.length)];
      if (primary === undefined) return world;
      const options = {
        ...(witness === undefined ? {} : { witness }),
        ...(next.crashAfter === null ? {} : { crashAfter: next.crashAfter }),
      };
      return passIn(world, controller, keyOf(primary), options)?.world ?? world;
    }
    case 'agents':
      return agentsAct(world, next.count);
    case 'image':
      return withImage(world, next.image);
    case 'time':
      return later(world, next.byMs);
    case 'scale':
      return edited(world, (spec) => ({ ...spec, replicas: next.replicas }));
    case 'pause':
      return edited(world, (spec) => ({ ...spec, paused: next.paused }));
    case 'unready': {
      const pod = activePods(world)[next.index];
      return pod === undefined ? world : running(world, pod, false);
    }
  }
}

/** Controllers and agents in turn until all is still. */
function rolledOut(start: World): World {
  let world = start;
  for (let round = 0; round < 60; round += 1) {
    const next = agentsAct(settleAll(rolloutControllers, world).world);
    if (next.revision === world.revision) return next;
    world = next;
  }
  throw new Error('the rollout does not end');
}

const availableIn = (world: World): number => activePods(world).filter(isReady).length;

test('no action of any controller, at any moment, goes beyond maxSurge or maxUnavailable', (t) => {
  fc.assert(
    fc.property(SPEC, fc.array(NEXT, { minLength: 15, maxLength: 60, size: 'max' }), (spec, happenings) => {
      const start = rolledOut(withObject(emptyWorld(), deploymentKind, aDeployment(spec)));
      const { maxSurge, maxUnavailable } = rolloutLimits(deploymentIn(start));
      const needed = spec.strategy.type === 'Recreate' ? 0 : spec.replicas - maxUnavailable;
      const witness: Witness = (after, _action, before) => {
        const [pods, podsBefore] = [activePods(after).length, activePods(before).length];
        if (pods > podsBefore) t.true(pods <= spec.replicas + maxSurge, `${pods} pods`);
        const [available, availableBefore] = [availableIn(after), availableIn(before)];
        if (available < availableBefore) t.true(available >= needed, `${available} of ${needed} available`);
      };
      happenings.reduce((world, next) => happens(world, next, witness), start);
      t.pass();
    }),
    { numRuns: 120 },
  );
});

test('Recreate never lets two versions run side by side', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(NEXT, { minLength: 15, maxLength: 60, size: 'max' }),
      (replicas, happenings) => {
        const spec = { replicas, strategy: { type: 'Recreate' as const } };
        const start = rolledOut(withObject(emptyWorld(), deploymentKind, aDeployment(spec)));
        happenings.reduce((world, next) => {
          const after = happens(world, next);
          t.true(new Set(activePods(after).map((pod) => imageOf(pod.spec))).size <= 1);
          return after;
        }, start);
      },
    ),
    { numRuns: 60 },
  );
});

test('whatever has happened, a rollout that is left alone ends with the wanted pods of the newest version', (t) => {
  fc.assert(
    fc.property(SPEC, fc.array(DISTURBED, { maxLength: 50, size: 'max' }), (spec, happenings) => {
      const start = withObject(emptyWorld(), deploymentKind, aDeployment(spec));
      const disturbed = happenings.reduce((world, next) => happens(world, next), start);
      const world = rolledOut(edited(disturbed, (current) => ({ ...current, paused: false })));
      const deployment = deploymentIn(world);
      const { replicas = 1, template } = deployment.spec;
      const image = imageOf(template.spec);
      t.deepEqual(
        activePods(world).map((pod) => [imageOf(pod.spec), isReady(pod)]),
        Array.from({ length: replicas }, () => [image, true]),
      );
      const sizes = sizesIn(world);
      t.is(sizes[image], replicas);
      t.is(
        Object.values(sizes).reduce((total, size) => total + size, 0),
        replicas,
      );
      t.is(deployment.status?.updatedReplicas ?? 0, replicas);
      t.is(
        deployment.status?.conditions?.find(({ type }) => type === 'Progressing')?.reason,
        'NewReplicaSetAvailable',
      );
      for (const controller of rolloutControllers) {
        for (const primary of readerOf(world).list(controller.definition)) {
          t.deepEqual(passIn(world, controller, keyOf(primary))?.changes, []);
        }
      }
    }),
    { numRuns: 80 },
  );
});
