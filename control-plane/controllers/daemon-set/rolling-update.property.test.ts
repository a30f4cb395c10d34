import test from 'ava';
import fc from 'fast-check';
import { nodeKind } from '@gantry/api/kinds/node';
import { passIn, type Witness } from '../../engine/settle.ts';
import { finished, running } from '../../engine/toy-pods.ts';
import { later, readerOf, withDeletion, withObject, type World } from '../../engine/toy-world.ts';
import { isReady } from '../pod-condition.ts';
import { targetNodeOf } from './placement.ts';
import { updateLimits } from './rolling-update.ts';
import {
  activePods,
  agentsAct,
  aNode,
  controller,
  daemonSetIn,
  layout,
  rolledOut,
  WEB,
  withImage,
  withNode,
  worldOf,
} from './toy-daemons.ts';

const NODES = 4;
const AMOUNT = fc.oneof(fc.nat(4), fc.constantFrom('0%', '25%', '50%', '100%'));
const STRATEGY = fc.oneof(
  fc.record({ maxSurge: fc.constant(0), maxUnavailable: AMOUNT }),
  fc.record({ maxSurge: AMOUNT, maxUnavailable: fc.constant(0) }),
);

const NEXT = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ act: fc.constant('pass' as const), crashAfter: fc.option(fc.nat(4)) }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('agents' as const), count: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('image' as const),
      image: fc.constantFrom('web:1', 'web:2', 'web:3'),
    }),
  },
);
const NODE = fc.nat(NODES);
const DISTURBED = fc.oneof(
  { weight: 6, arbitrary: NEXT },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('unready' as const), index: NODE }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('fail' as const), index: NODE }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('taint' as const),
      index: NODE,
      effect: fc.constantFrom('NoSchedule' as const, 'NoExecute' as const, undefined),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('node' as const), index: NODE }) },
);
type Happening = typeof DISTURBED extends fc.Arbitrary<infer T> ? T : never;

function happens(world: World, next: Happening, witness?: Witness): World {
  switch (next.act) {
    case 'pass': {
      const options = {
        ...(witness === undefined ? {} : { witness }),
        ...(next.crashAfter === null ? {} : { crashAfter: next.crashAfter }),
      };
      return passIn(world, controller, WEB, options)?.world ?? world;
    }
    case 'agents':
      return agentsAct(world, next.count);
    case 'image':
      return withImage(world, next.image);
    case 'unready':
    case 'fail': {
      const pod = activePods(world)[next.index];
      if (pod === undefined) return world;
      return next.act === 'fail' ? finished(world, pod, 'Failed') : running(world, pod, false);
    }
    case 'taint': {
      const { effect } = next;
      const taints = effect === undefined ? [] : [{ key: 'x', effect }];
      const name = `n${next.index}`;
      if (readerOf(world).get(nodeKind, { namespace: '', name }) === undefined) return world;
      return withNode(world, name, (node) => ({ ...node, spec: { taints } }));
    }
    case 'node': {
      const key = { namespace: '', name: `n${next.index}` };
      const isThere = readerOf(world).get(nodeKind, key) !== undefined;
      return isThere ? withDeletion(world, nodeKind, key) : withObject(world, nodeKind, aNode(key.name));
    }
  }
}

const servedNodes = (world: World): number =>
  new Set(activePods(world).filter(isReady).map(targetNodeOf)).size;
const doubledNodes = (world: World): number =>
  activePods(world).length - new Set(activePods(world).map(targetNodeOf)).size;

test('no action, at any moment, leaves more nodes without a pod or with two than allowed', (t) => {
  fc.assert(
    fc.property(
      STRATEGY,
      fc.array(NEXT, { minLength: 10, maxLength: 50, size: 'max' }),
      (rollingUpdate, happenings) => {
        const start = rolledOut(worldOf(NODES, { updateStrategy: { rollingUpdate } }));
        const { maxSurge, maxUnavailable } = updateLimits(daemonSetIn(start), NODES);
        const witness: Witness = (after, _action, before) => {
          const [served, servedBefore] = [servedNodes(after), servedNodes(before)];
          if (served < servedBefore) t.true(NODES - served <= maxUnavailable, `${served} nodes served`);
          const [doubled, doubledBefore] = [doubledNodes(after), doubledNodes(before)];
          if (doubled > doubledBefore) t.true(doubled <= maxSurge, `${doubled} nodes with two pods`);
        };
        happenings.reduce((world, next) => happens(world, next, witness), start);
        t.pass();
      },
    ),
    { numRuns: 80 },
  );
});

test('whatever has happened, left alone every fitting node ends with one ready pod of the newest version', (t) => {
  fc.assert(
    fc.property(
      STRATEGY,
      fc.array(DISTURBED, { maxLength: 40, size: 'max' }),
      (rollingUpdate, happenings) => {
        const disturbed = happenings.reduce(
          (world, next) => happens(world, next),
          worldOf(NODES, { updateStrategy: { rollingUpdate } }),
        );
        const untainted = readerOf(disturbed)
          .list(nodeKind)
          .reduce(
            (world, node) => withNode(world, node.metadata.name ?? '', (now) => ({ ...now, spec: {} })),
            disturbed,
          );
        const world = rolledOut(later(rolledOut(untainted), 3_600_000));
        const nodes = readerOf(world)
          .list(nodeKind)
          .map(({ metadata }) => metadata.name ?? '');
        const image = daemonSetIn(world).spec.template.spec.containers[0]?.image ?? '';
        const onNodes = layout(world).filter((line) => nodes.includes(line.split(' ')[0] ?? ''));
        t.deepEqual(onNodes, nodes.map((name) => `${name} ${image}`).sort());
        t.is(daemonSetIn(world).status?.updatedNumberScheduled ?? 0, nodes.length);
        t.deepEqual(passIn(world, controller, WEB)?.changes, []);
      },
    ),
    { numRuns: 60 },
  );
});
