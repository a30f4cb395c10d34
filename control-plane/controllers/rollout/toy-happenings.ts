// What may happen to a Rollout in the toy world, drawn by chance: strategies, users, agents, proxies that lag, passes that a
// crash cuts short. For tests.
import fc from 'fast-check';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';
import type { Exposure } from '@gantry/api/kinds/rollout/strategy';
import { keyOf } from '@gantry/api/meta';
import { askedAt } from '@gantry/api/rollout/asked';
import { timeText } from '@gantry/kit/time-text';
import { passIn, settleAll, type Witness } from '../../engine/settle.ts';
import { podsOf, running } from '../../engine/toy-pods.ts';
import { later, readerOf, type World } from '../../engine/toy-world.ts';
import { isActive } from '../pod-condition.ts';
import { confirmedBy, viewOf, type Proxies } from './toy-proxies.ts';
import {
  abortedByUser,
  agentsAct,
  aRollout,
  edited,
  NODES,
  patched,
  promoted,
  released,
  releaseControllers,
  releaseWorld,
  retried,
  withFlag,
  withImage,
} from './toy-rollouts.ts';

type Strategy = Rollout['spec']['strategy'];

/** The world, and what its proxies have of it. */
export interface Play {
  world: World;
  proxies: Proxies;
}

const EXPERIMENT: fc.Arbitrary<CanaryStep> = fc
  .record({
    duration: fc.constantFrom('0s', '20s'),
    replicas: fc.nat(2),
    weights: fc.tuple(fc.nat(40), fc.nat(40)),
  })
  .map(({ duration, replicas, weights: [old, other] }) => ({
    experiment: {
      duration,
      templates: [
        { name: 'baseline', specRef: 'stable' as const, weight: old },
        { name: 'canary', specRef: 'canary' as const, replicas, weight: other },
      ],
    },
  }));

const STEP: fc.Arbitrary<CanaryStep> = fc.oneof(
  { weight: 2, arbitrary: EXPERIMENT },
  { weight: 4, arbitrary: fc.nat(100).map((setWeight) => ({ setWeight })) },
  { weight: 2, arbitrary: fc.constantFrom({ pause: {} }, { pause: { duration: '20s' } }) },
  { weight: 1, arbitrary: fc.nat(3).map((replicas) => ({ setCanaryScale: { replicas } })) },
  { weight: 1, arbitrary: fc.constantFrom(0, 50, 100).map((weight) => ({ setCanaryScale: { weight } })) },
  { weight: 1, arbitrary: fc.constant({ setCanaryScale: { matchTrafficWeight: true } }) },
  { weight: 1, arbitrary: fc.constant({ gate: { flag: 'go', variant: 'on' } }) },
  { weight: 1, arbitrary: fc.constant({ setFlag: { flag: 'page', variant: 'on' } }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<CanaryStep>(
      {
        setHeaderRoute: {
          name: 'beta',
          match: [{ headerName: 'x-beta', headerValue: { exact: 'yes' } }],
        },
      },
      { setHeaderRoute: { name: 'beta' } },
      { setMirrorRoute: { name: 'copy', match: [{ path: { prefix: '/api' } }], percentage: 50 } },
      { setMirrorRoute: { name: 'copy' } },
    ),
  },
);

/** Shares of an Experiment that there is room for beside the canary's; none where traffic is not split. */
function fitting(step: CanaryStep, index: number, steps: readonly CanaryStep[]): CanaryStep {
  if (step.experiment === undefined) return step;
  const room = Math.floor((100 - askedAt(steps, index).weight) / 2);
  return withWeights(step, (weight) => Math.min(weight, room));
}

function withWeights(step: CanaryStep, change: (weight: number) => number | undefined): CanaryStep {
  if (step.experiment === undefined) return step;
  const templates = step.experiment.templates.map(({ weight = 0, ...template }) => {
    const next = change(weight);
    return next === undefined ? template : { ...template, weight: next };
  });
  return { experiment: { ...step.experiment, templates } };
}

type Audience = NonNullable<Exposure['audience']>;

const SECONDS = fc.constantFrom(0, 1, 30);
const SHARED = {
  scaleDownDelaySeconds: SECONDS,
  abortScaleDownDelaySeconds: SECONDS,
  killSwitch: fc.constant({ flag: 'stop' }),
};
const CANARY = fc.record(
  {
    ...SHARED,
    steps: fc.array(STEP, { maxLength: 6 }).map((steps) => steps.map(fitting)),
    dynamicStableScale: fc.boolean(),
    minPodsPerReplicaSet: fc.integer({ min: 1, max: 2 }),
    maxSurge: fc.constantFrom<string | number>(1, '25%'),
    exposure: fc.record(
      {
        maxPercent: fc.integer({ min: 1, max: 100 }),
        audience: fc.constant<Audience>([{ request: { headers: [{ name: 'x-beta', value: 'yes' }] } }]),
      },
      { requiredKeys: ['maxPercent'] },
    ),
    canaryMetadata: fc.constant({ labels: { role: 'canary' }, annotations: { note: 'new' } }),
    stableMetadata: fc.constant({ labels: { role: 'stable' } }),
  },
  { requiredKeys: ['steps'] },
);
const BLUE_GREEN = fc.record(
  {
    ...SHARED,
    previewService: fc.constant('web-canary'),
    previewReplicaCount: fc.integer({ min: 0, max: 3 }),
    autoPromotionEnabled: fc.boolean(),
    autoPromotionSeconds: fc.constant(20),
    activeMetadata: fc.constant({ labels: { role: 'active' } }),
    previewMetadata: fc.constant({ labels: { role: 'preview' } }),
  },
  { requiredKeys: [] },
);

/** A strategy that admission would take. */
export const STRATEGY: fc.Arbitrary<Strategy> = fc.oneof(
  {
    weight: 3,
    arbitrary: CANARY.map((canary) => ({
      canary: { stableService: 'web', canaryService: 'web-canary', ...canary },
    })),
  },
  {
    weight: 1,
    arbitrary: CANARY.map(({ dynamicStableScale: _, exposure: _who, steps, ...canary }) => ({
      canary: { ...canary, steps: steps.map((step) => withWeights(step, () => undefined)) },
    })),
  },
  {
    weight: 2,
    arbitrary: BLUE_GREEN.map((blueGreen) => ({ blueGreen: { activeService: 'web', ...blueGreen } })),
  },
);

const act = <T extends string>(name: T) => fc.record({ act: fc.constant(name) });

/** One thing that happens. */
export const NEXT = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      act: fc.constant('pass' as const),
      controller: fc.nat(releaseControllers.length - 1),
      index: fc.nat(9),
      crashAfter: fc.option(fc.nat(3)),
    }),
  },
  { weight: 4, arbitrary: act('settle') },
  { weight: 4, arbitrary: act('agents') },
  {
    weight: 4,
    arbitrary: fc.record({ act: fc.constant('apply' as const), node: fc.constantFrom(...NODES) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ act: fc.constant('confirm' as const), node: fc.constantFrom(...NODES) }),
  },
  { weight: 4, arbitrary: act('round') },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('image' as const),
      image: fc.constantFrom('web:1', 'web:2', 'web:3'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('scale' as const), replicas: fc.integer({ min: 3, max: 6 }) }),
  },
  { weight: 1, arbitrary: act('abort') },
  { weight: 1, arbitrary: act('retry') },
  { weight: 2, arbitrary: act('promote') },
  { weight: 1, arbitrary: act('promote-full') },
  { weight: 1, arbitrary: act('restart') },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('pause' as const), paused: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('flag' as const),
      flag: fc.constantFrom('go', 'stop', 'page'),
      variant: fc.constantFrom('on', 'off', 'off'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('time' as const), byMs: fc.nat(40_000) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('unready' as const), index: fc.nat(6) }) },
);
export type Happening = typeof NEXT extends fc.Arbitrary<infer T> ? T : never;

/** A Rollout with its first version, served everywhere, and flags. */
export function startOf(strategy: Strategy): Play {
  const flags = ['go', 'stop', 'page'].reduce(
    (world, key) => withFlag(world, key, 'off'),
    releaseWorld(aRollout(strategy)),
  );
  const world = released(flags);
  return { world, proxies: new Map(NODES.map((node) => [node, viewOf(world)])) };
}

/** The play after one more thing has happened. */
export function disturbed(play: Play, next: Happening, witness: Witness): Play {
  const { world, proxies } = play;
  switch (next.act) {
    case 'apply':
      return { world, proxies: new Map([...proxies, [next.node, viewOf(world)]]) };
    case 'confirm': {
      const view = proxies.get(next.node);
      return view === undefined ? play : { proxies, world: confirmedBy(world, next.node, view) };
    }
    case 'round':
      return roundOf(play, witness);
    default:
      return { proxies, world: changed(world, next, witness) };
  }
}

/** All controllers, agents and proxies once. */
export function roundOf({ world: start }: Play, witness: Witness): Play {
  const acted = agentsAct(settleAll(releaseControllers, start, { witness }).world);
  const settled = settleAll(releaseControllers, acted, { witness }).world;
  const view = viewOf(settled);
  const proxies = new Map(NODES.map((node) => [node, view]));
  return { proxies, world: NODES.reduce((world, node) => confirmedBy(world, node, view), settled) };
}

function changed(
  world: World,
  next: Exclude<Happening, { act: 'apply' | 'confirm' | 'round' }>,
  witness: Witness,
): World {
  switch (next.act) {
    case 'pass':
      return passed(world, next, witness);
    case 'settle':
      return settleAll(releaseControllers, world, { witness }).world;
    case 'agents':
      return agentsAct(world);
    case 'image':
      return withImage(world, next.image);
    case 'scale':
      return edited(world, (spec) => ({ ...spec, replicas: next.replicas }));
    case 'abort':
      return abortedByUser(world);
    case 'retry':
      return retried(world);
    case 'promote':
      return promoted(world);
    case 'promote-full':
      return patched(world, (status) => ({ ...status, promoteFull: true }));
    case 'restart':
      return edited(world, (spec) => ({ ...spec, restartAt: timeText(world.nowMs) }));
    case 'pause':
      return edited(world, (spec) => ({ ...spec, paused: next.paused }));
    case 'flag':
      return withFlag(world, next.flag, next.variant);
    case 'time':
      return later(world, next.byMs);
    case 'unready': {
      const pod = podsOf(world).filter(isActive)[next.index];
      return pod === undefined ? world : running(world, pod, false);
    }
  }
}

function passed(
  world: World,
  { controller: at, index, crashAfter }: Extract<Happening, { act: 'pass' }>,
  witness: Witness,
): World {
  const controller = releaseControllers[at];
  const primaries = controller === undefined ? [] : readerOf(world).list(controller.definition);
  const primary = primaries[index % Math.max(1, primaries.length)];
  if (controller === undefined || primary === undefined) return world;
  const options = { witness, ...(crashAfter === null ? {} : { crashAfter }) };
  return passIn(world, controller, keyOf(primary), options)?.world ?? world;
}
