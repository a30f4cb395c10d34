// An Experiment in a toy world with pods that come and go, runs that end, and a controller that dies between any two writes.
import test from 'ava';
import fc from 'fast-check';
import { isEndPhase, isEnded } from '@gantry/api/analysis/run-phase';
import { analysisRunKind } from '@gantry/api/kinds/analysis-run';
import { experimentKind, type Experiment } from '@gantry/api/kinds/experiment';
import { podKind } from '@gantry/api/kinds/pod';
import { replicaSetKind, type ReplicaSet } from '@gantry/api/kinds/replica-set';
import { serviceKind } from '@gantry/api/kinds/service';
import { keyOf, type AnyObject } from '@gantry/api/meta';
import { controllerOf } from '@gantry/api/owner-references';
import type { KindDefinition } from '@gantry/api/definition';
import { EXPERIMENT_TEMPLATE } from '@gantry/api/rollout/marks';
import { passIn, settleAll, type Witness } from '../../engine/settle.ts';
import { podsOf, running } from '../../engine/toy-pods.ts';
import { later, readerOf, withDeletion, type World } from '../../engine/toy-world.ts';
import {
  AB,
  agentsAct,
  controllers,
  edited,
  judging,
  runsIn,
  side,
  sizesIn,
  statusIn,
  withRunsEnded,
  worldWith,
} from './toy-experiment.ts';

const act = <T extends string>(name: T) => fc.record({ act: fc.constant(name) });
const NEXT = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      act: fc.constant('pass' as const),
      controller: fc.nat(controllers.length - 1),
      index: fc.nat(3),
      crashAfter: fc.option(fc.nat(4)),
    }),
  },
  { weight: 3, arbitrary: act('settle') },
  { weight: 4, arbitrary: act('agents') },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('time' as const), seconds: fc.nat(40) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('run' as const),
      verdict: fc.constantFrom('Successful', 'Successful', 'Failed', 'Inconclusive'),
      name: fc.constantFrom('must', 'may'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('unready' as const), index: fc.nat(4) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('delete' as const),
      what: fc.constantFrom('pod', 'set', 'service', 'run'),
      index: fc.nat(3),
    }),
  },
  { weight: 1, arbitrary: act('terminate') },
);
type Happening = typeof NEXT extends fc.Arbitrary<infer T> ? T : never;

const SPEC = fc.record({
  replicas: fc.nat(2),
  duration: fc.constantFrom('0s', '20s', '1m'),
  progressDeadlineSeconds: fc.constantFrom(30, 600),
  scaleDownDelaySeconds: fc.constantFrom(0, 30),
  required: fc.boolean(),
});

function startOf(given: typeof SPEC extends fc.Arbitrary<infer T> ? T : never): World {
  const { replicas, required, ...spec } = given;
  const service = { ports: [{ port: 80 }] };
  return worldWith({
    ...spec,
    templates: [side('baseline', { service }), side('canary', { replicas, minReadySeconds: 5 })],
    analyses: [judging('must', { requiredForCompletion: required }), judging('may')],
  });
}

const KINDS = { pod: podKind, set: replicaSetKind, service: serviceKind, run: analysisRunKind };

function happened(world: World, next: Happening, witness: Witness): World {
  switch (next.act) {
    case 'pass': {
      const controller = controllers[next.controller];
      const primaries = controller === undefined ? [] : readerOf(world).list(controller.definition);
      const primary = primaries[next.index % Math.max(1, primaries.length)];
      if (controller === undefined || primary === undefined) return world;
      const options = { witness, ...(next.crashAfter === null ? {} : { crashAfter: next.crashAfter }) };
      return passIn(world, controller, keyOf(primary), options)?.world ?? world;
    }
    case 'settle':
      return settleAll(controllers, world, { witness }).world;
    case 'agents':
      return agentsAct(world);
    case 'time':
      return later(world, next.seconds * 1000);
    case 'run':
      return withRunsEnded(world, next.verdict, next.name);
    case 'unready': {
      const pod = podsOf(world)[next.index];
      return pod === undefined ? world : running(world, pod, false);
    }
    case 'delete': {
      const definition = KINDS[next.what] as KindDefinition;
      const found: AnyObject | undefined = readerOf(world).list(definition)[next.index];
      return found === undefined ? world : withDeletion(world, definition, keyOf(found));
    }
    case 'terminate':
      return edited(world, { terminate: true });
  }
}

const safe: Witness = (world, action, before) => {
  const [was, is] = [statusIn(before), statusIn(world)];
  if (isEndPhase(was.phase) && (is.phase !== was.phase || is.completedAt !== was.completedAt))
    throw new Error(`an end that changes: ${was.phase} to ${is.phase}`);
  if (was.availableAt !== undefined && is.availableAt !== was.availableAt)
    throw new Error('the beginning changes');
  const sets = readerOf(world).list(replicaSetKind);
  const templates = sets.map(({ metadata }) => metadata.annotations?.[EXPERIMENT_TEMPLATE]);
  if (new Set(templates).size < templates.length) throw new Error('two ReplicaSets of one template');
  if (action.type === 'create' && action.definition.kind === analysisRunKind.kind)
    if (sets.length < 2 || isEndPhase(was.phase)) throw new Error('a run begins too early or too late');
  if (action.type !== 'update' || action.definition.kind !== replicaSetKind.kind) return;
  const size = (action.object as ReplicaSet).spec.replicas ?? 1;
  const former = readerOf(before).get(replicaSetKind, keyOf(action.object))?.spec.replicas ?? 1;
  if (size >= former) return;
  const { spec } = readerOf(world).get(experimentKind, AB) as Experiment;
  const untilMs = Date.parse(was.completedAt ?? '') + (spec.scaleDownDelaySeconds ?? 30) * 1000;
  if (!(untilMs <= world.nowMs)) throw new Error('pods go before it has ended and its delay is over');
};

/** Controllers and agents, and time where only time helps, until it has ended and nothing is left to do. */
function leftAlone(start: World): World {
  let world = start;
  let still = 0;
  for (let round = 0; round < 60; round += 1) {
    const next = settleAll(controllers, agentsAct(settleAll(controllers, world, { witness: safe }).world), {
      witness: safe,
    }).world;
    still = next.revision === world.revision ? still + 1 : 0;
    if (still > 3) return next;
    world = still > 0 ? later(next, 31_000) : next;
  }
  throw new Error(`it does not come to rest: ${JSON.stringify(statusIn(world))}`);
}

/** Pods of ReplicaSets that are there: nobody collects those of others here. */
function ownedPods(world: World) {
  const sets = new Set(
    readerOf(world)
      .list(replicaSetKind)
      .map(({ metadata }) => metadata.uid),
  );
  return podsOf(world).filter((pod) => sets.has(controllerOf(pod)?.uid));
}

test('whatever happens, it ends once, its pods go after its delay, and then it rests', (t) => {
  fc.assert(
    fc.property(SPEC, fc.array(NEXT, { minLength: 5, maxLength: 60, size: 'max' }), (spec, happenings) => {
      const played = happenings.reduce((world, next) => happened(world, next, safe), startOf(spec));
      const judged = withRunsEnded(leftAlone(played), 'Successful');
      const world = leftAlone(judged);
      t.true(isEndPhase(statusIn(world).phase), JSON.stringify(statusIn(world)));
      t.true(Object.values(sizesIn(world)).every((size) => size === 0));
      t.is(ownedPods(world).length, 0);
      t.is(readerOf(world).list(serviceKind).length, 0);
      t.true(runsIn(world).every((run) => isEnded(run) || run.spec.terminate === true));
      for (const controller of controllers)
        for (const primary of readerOf(world).list(controller.definition))
          t.deepEqual(passIn(world, controller, keyOf(primary))?.changes ?? [], []);
    }),
    { numRuns: 100, includeErrorInReport: true },
  );
});

test('one that is left alone is Successful after its duration, and counts from when all were available', (t) => {
  fc.assert(
    fc.property(SPEC, (spec) => {
      const world = leftAlone(withRunsEnded(leftAlone(startOf(spec)), 'Successful'));
      const { phase, availableAt = '', completedAt = '' } = statusIn(world);
      t.is(phase, 'Successful', JSON.stringify(statusIn(world)));
      const seconds = { '0s': 0, '20s': 20, '1m': 60 }[spec.duration] ?? 0;
      t.true(Date.parse(completedAt) - Date.parse(availableAt) >= seconds * 1000);
    }),
    { numRuns: 40 },
  );
});
