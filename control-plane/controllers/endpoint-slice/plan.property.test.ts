import test from 'ava';
import fc from 'fast-check';
import { podKind, type Pod } from '@gantry/api/kinds/pod';
import { serviceKind } from '@gantry/api/kinds/service';
import type { Controller } from '../../engine/controller.ts';
import { passIn, settle } from '../../engine/settle.ts';
import {
  emptyWorld,
  readerOf,
  withChange,
  withDeletion,
  withObject,
  withObjects,
  type World,
} from '../../engine/toy-world.ts';
import { isDeleting, isFinished, isReady } from '../pod-condition.ts';
import { ENDPOINTS_PER_SLICE } from './arrange.ts';
import { endpointSliceController } from './endpoint-slice-controller.ts';
import { portsKey } from './pod-ports.ts';
import { aRunningPod, aService, SERVICE_KEY, slicesOf } from './toy-service.ts';

const controller = endpointSliceController() as Controller;

interface PodState {
  ready: boolean;
  matches: boolean;
  ended: boolean;
  address: boolean;
  containerPort: number;
}

const POD: fc.Arbitrary<PodState> = fc.record({
  ready: fc.boolean(),
  matches: fc.constantFrom(true, true, true, false),
  ended: fc.constantFrom(false, false, false, true),
  address: fc.constantFrom(true, true, true, false),
  containerPort: fc.constantFrom(8080, 8080, 8080, 9090),
});
/** What users and agents do to one pod. */
const STEP = fc.record({
  pod: fc.nat(259),
  does: fc.constantFrom('goes', 'is-marked', 'turns', 'comes'),
  state: POD,
});
const START = fc.record({
  pods: fc.array(POD, { maxLength: 260, size: 'max' }),
  steps: fc.array(STEP, { maxLength: 12 }),
  crashes: fc.array(fc.nat(3), { maxLength: 3 }),
});

const podOf = (number: number, state: PodState): Pod =>
  aRunningPod(number, {
    ready: state.ready && !state.ended,
    metadata: { labels: { app: state.matches ? 'web' : 'no' }, finalizers: ['test/hold'], uid: `p${number}` },
    spec: {
      containers: [
        {
          name: 'a',
          image: 'a',
          ports: [{ name: 'http', containerPort: state.containerPort, protocol: 'TCP' }],
        },
      ],
    },
    status: { phase: state.ended ? 'Failed' : 'Running', ...(state.address ? {} : { podIP: '' }) },
  });

function stepped(
  world: World,
  { pod: number, does, state }: { pod: number; does: string; state: PodState },
): World {
  const key = { namespace: 'default', name: `web-${number}` };
  const present = readerOf(world).get(podKind, key);
  if (present === undefined)
    return does === 'comes' ? withObject(world, podKind, podOf(number, state)) : world;
  if (does === 'is-marked') return withDeletion(world, podKind, key);
  if (does === 'turns')
    return withChange(
      world,
      podKind,
      key,
      (now) => ({ ...now, status: podOf(number, state).status }),
      'status',
    );
  if (does !== 'goes') return world;
  const marked = withDeletion(world, podKind, key, { gracePeriodSeconds: 0 });
  return withChange(marked, podKind, key, (now) => ({
    ...now,
    metadata: { ...now.metadata, finalizers: [] },
  }));
}

/** What the slices are to say, straight from the pods. */
function wanted(world: World): string[] {
  return readerOf(world)
    .list(podKind)
    .filter((pod) => pod.metadata.labels?.['app'] === 'web' && !isFinished(pod) && pod.status?.podIP !== '')
    .map((pod) =>
      JSON.stringify([
        pod.metadata.name,
        pod.spec.containers[0]?.ports?.[0]?.containerPort,
        isReady(pod) && !isDeleting(pod),
        isReady(pod),
        isDeleting(pod),
      ]),
    )
    .sort();
}

function said(world: World): string[] {
  return slicesOf(world)
    .flatMap(({ endpoints, ports }) =>
      endpoints.map(({ targetRef, conditions }) =>
        JSON.stringify([
          targetRef?.name,
          ports?.[0]?.port,
          conditions?.ready,
          conditions?.serving,
          conditions?.terminating,
        ]),
      ),
    )
    .sort();
}

test('from any start, through any changes and crashes, the slices say what the pods are', (t) => {
  fc.assert(
    fc.property(START, ({ pods, steps, crashes }) => {
      const service = aService({ ports: [{ port: 80, protocol: 'TCP', targetPort: 'http' }] });
      const start = withObjects(
        withObject(emptyWorld(), serviceKind, service),
        podKind,
        pods.map((state, index) => podOf(index, state)),
      );
      let world = settle(controller, start, SERVICE_KEY).world;
      for (const [index, step] of steps.entries()) {
        world = stepped(world, step);
        const crashAfter = crashes[index];
        if (crashAfter !== undefined)
          world = passIn(world, controller, SERVICE_KEY, { crashAfter })?.world ?? world;
      }
      const { world: end, passes } = settle(controller, world, SERVICE_KEY);
      t.deepEqual(said(end), wanted(end));
      t.true(passes.length <= 2, `${passes.length} passes`);
      t.deepEqual(passIn(end, controller, SERVICE_KEY)?.plan.actions, []);
      for (const { endpoints } of slicesOf(end)) t.true(endpoints.length <= ENDPOINTS_PER_SLICE);
    }),
    { numRuns: 60 },
  );
});

test('one pod that turns changes one slice at most', (t) => {
  fc.assert(
    fc.property(START, POD, fc.nat(259), ({ pods }, state, number) => {
      const service = aService({ ports: [{ port: 80, protocol: 'TCP', targetPort: 'http' }] });
      const start = withObjects(
        withObject(emptyWorld(), serviceKind, service),
        podKind,
        pods.map((each, index) => podOf(index, each)),
      );
      const { world } = settle(controller, start, SERVICE_KEY);
      const pass = passIn(stepped(world, { pod: number, does: 'turns', state }), controller, SERVICE_KEY);
      t.true((pass?.changes.length ?? 0) <= 1);
      const keys = slicesOf(world).map(({ ports = [] }) => portsKey(ports));
      t.true(new Set(keys).size <= 2);
    }),
    { numRuns: 60 },
  );
});
