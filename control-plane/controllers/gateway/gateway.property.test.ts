// From any start and through any changes, with crashes: who is woken says all that is to be said, and then nobody writes.
import test from 'ava';
import fc from 'fast-check';
import { resourceIdOf } from '@gantry/api/definition';
import { gatewayKind } from '@gantry/api/kinds/gateway';
import { leaseKind } from '@gantry/api/kinds/lease';
import { tcpRouteKind } from '@gantry/api/kinds/tcp-route';
import { keyOf, keyText, type ObjectKey } from '@gantry/api/meta';
import { seededRandom } from '@gantry/kit/random';
import { createAuthority } from '../../auth/certificates.ts';
import type { Controller } from '../../engine/controller.ts';
import { passIn } from '../../engine/settle.ts';
import {
  emptyWorld,
  later,
  readerOf,
  withChange,
  withDeletion,
  withObject,
  type World,
} from '../../engine/toy-world.ts';
import { LEASE_NAMESPACE } from '../node-lifecycle/observed.ts';
import { gatewayControllers } from './gateway-controllers.ts';
import { draws, drawn } from './random-shop.ts';
import { aGateway, aTcpRoute, HTTP, SHOP, TCP, withClasses, withServingNode } from './toy-gateway.ts';

const controllers = gatewayControllers();
const ROUNDS_MAX = 10;
const signing = { nowMs: Date.parse('2026-01-01T00:00:00Z'), random: seededRandom(1) };

/** Keys that the triggers of a controller name for what is different, as the engine asks them. */
function woken({ triggers }: Controller, before: World, after: World): ObjectKey[] {
  const reader = readerOf(after);
  return [...new Set([...before.objects.keys(), ...after.objects.keys()])].flatMap((id) => {
    const [old, now] = [before.objects.get(id), after.objects.get(id)];
    if (old?.object === now?.object) return [];
    const { definition } = (now ?? old) as NonNullable<typeof now>;
    return triggers
      .filter((trigger) => resourceIdOf(trigger.definition) === resourceIdOf(definition))
      .filter((trigger) => !(old && now && trigger.ignores?.(now.object, old.object)))
      .flatMap((trigger) => [old, now].flatMap((one) => (one ? trigger.keys(one.object, reader) : [])));
  });
}

/** Passes over those who are woken, until nobody is. */
function followed(before: World, changed: World, crashAfter?: number): World {
  let [seen, world] = [before, changed];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const start = world;
    for (const controller of controllers)
      for (const key of woken(controller, seen, start)) {
        if (round === 0 && crashAfter !== undefined)
          world = passIn(world, controller, key, { crashAfter })?.world ?? world;
        world = passIn(world, controller, key)?.world ?? world;
      }
    if (world.revision === start.revision) return world;
    seen = start;
  }
  throw new Error(`not settled after ${ROUNDS_MAX} rounds`);
}

function leftToWrite(world: World): string[] {
  return controllers.flatMap((controller) =>
    readerOf(world)
      .list(controller.definition)
      .filter((object) => (passIn(world, controller, keyOf(object))?.changes.length ?? 0) > 0)
      .map(({ metadata }) => `${controller.name} ${metadata.namespace ?? ''}/${metadata.name ?? ''}`),
  );
}

test('whoever is concerned is woken, says it once, and then nobody has anything to write', async (t) => {
  const pairs = [await createAuthority('a', 30, signing), await createAuthority('b', 30, signing)];
  const mixed = { certificate: pairs[0]?.certificate ?? '', key: pairs[1]?.key ?? '' };
  const step = fc.record({
    draw: draws([...pairs, mixed]),
    isDeleted: fc.constantFrom(false, false, false, true),
    crash: fc.option(fc.constant(0), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25, size: 'max' }), (steps) => {
      let world = withServingNode(withServingNode(withClasses(emptyWorld()), 1), 2);
      world = followed(emptyWorld(), world);
      for (const { draw, isDeleted, crash } of steps) {
        world = later(world, 1_000);
        world = followed(world, drawn(world, draw, isDeleted), crash);
        t.deepEqual(leftToWrite(world), []);
      }
    }),
    { numRuns: 80 },
  );
});

test('a proxy that begins to serve wakes those who tell of it; a heartbeat wakes nobody', (t) => {
  const world = withObject(withServingNode(withClasses(emptyWorld()), 1), gatewayKind, aGateway([HTTP]));
  const key = { namespace: LEASE_NAMESPACE, name: 'n1' };
  const beat = (annotations: Record<string, string>) =>
    withChange(world, leaseKind, key, (now) => ({ ...now, metadata: { ...now.metadata, annotations } }));
  const keys = (after: World) => controllers.flatMap((controller) => woken(controller, world, after));
  t.deepEqual(keys(beat({ 'gantry.dev/proxy-revision': '2' })), []);
  t.deepEqual([...new Set(keys(beat({})).map(keyText))], [`${SHOP}/gw`]);
});

test('a TCPRoute that goes wakes the one that waits for its port', (t) => {
  const parts = { parentRefs: [{ name: 'gw' }] };
  const gateway = withObject(withClasses(emptyWorld()), gatewayKind, aGateway([TCP]));
  const first = withObject(gateway, tcpRouteKind, aTcpRoute({ name: 'a' }, parts));
  const both = followed(emptyWorld(), withObject(first, tcpRouteKind, aTcpRoute({ name: 'b' }, parts)));
  const alone = followed(both, withDeletion(both, tcpRouteKind, { namespace: SHOP, name: 'a' }));
  t.deepEqual(leftToWrite(alone), []);
  const told = readerOf(alone).get(tcpRouteKind, { namespace: SHOP, name: 'b' })?.status?.parents[0];
  t.is(told?.conditions?.[0]?.status, 'True');
});
