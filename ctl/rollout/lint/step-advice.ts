// Steps of a canary that are allowed and probably meant otherwise. Pure.
import type { RolloutSpec } from '@gantry/api/kinds/rollout';
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';
import { pauseMs } from '@gantry/api/kinds/rollout/pause-duration';
import { askedAt, type Asked } from '@gantry/api/rollout/asked';
import { countedPods } from '@gantry/api/rollout/pods';
import { isSplit, stepsOf } from '@gantry/api/rollout/settings';
import { finding, type Finding } from './finding.ts';

const PATH = 'spec.strategy.canary.steps';
/** A share of the pods may be this far off, in points of percent. */
const SHARE_OFF_MAX = 5;

const NOTHING: Asked = { weight: 0, scale: undefined, routes: [], mirrors: [] };

/** All that is to be said of the steps. */
export function stepAdvice(spec: RolloutSpec): Finding[] {
  const { canary } = spec.strategy;
  if (canary === undefined) return [];
  const steps = stepsOf(spec);
  return [
    ...steps.flatMap((step, at) => [
      ...effect(steps, step, at),
      ...shareOfPods(spec, step, at),
      ...exposed(spec, step, at),
      ...comparison(spec, step, at),
    ]),
    ...haste(steps, canary.analysis !== undefined),
  ];
}

function effect(steps: readonly CanaryStep[], step: CanaryStep, at: number): Finding[] {
  const { setWeight, pause } = step;
  const before = at === 0 ? NOTHING : askedAt(steps, at - 1);
  const path = `${PATH}[${at}]`;
  // The weight of the step just before is an error of its own.
  if (setWeight === before.weight && steps[at - 1]?.setWeight !== setWeight)
    return [
      finding(
        'advice',
        `${path}.setWeight`,
        `has no effect: the weight is ${setWeight} already`,
        'leave the step out',
      ),
    ];
  if (setWeight !== undefined && setWeight < before.weight)
    return [
      finding(
        'advice',
        `${path}.setWeight`,
        `the weight falls from ${before.weight} to ${setWeight}`,
        'let weights rise; an abort takes traffic back',
      ),
    ];
  if (pause?.duration !== undefined && pauseMs(pause.duration) === 0)
    return [
      finding(
        'advice',
        `${path}.pause.duration`,
        'has no effect: it is 0',
        'give it a time, or leave it out to wait for somebody',
      ),
    ];
  return routeAdvice(step, before, path);
}

/** A route that ends has to have begun; a copy of nothing is none. */
function routeAdvice({ setHeaderRoute, setMirrorRoute }: CanaryStep, before: Asked, path: string): Finding[] {
  const ended = (['setHeaderRoute', 'setMirrorRoute'] as const).flatMap((field) => {
    const route = field === 'setHeaderRoute' ? setHeaderRoute : setMirrorRoute;
    const known = field === 'setHeaderRoute' ? before.routes : before.mirrors;
    if (route === undefined || (route.match ?? []).length > 0) return [];
    if (known.some(({ name }) => name === route.name)) return [];
    return [
      finding(
        'advice',
        `${path}.${field}`,
        `has no effect: no step before makes a route ${route.name}`,
        'give it a match, or leave it out',
      ),
    ];
  });
  if (setMirrorRoute?.percentage !== 0 || (setMirrorRoute.match ?? []).length === 0) return ended;
  return [
    ...ended,
    finding(
      'advice',
      `${path}.setMirrorRoute.percentage`,
      'copies nothing: it is 0',
      'give it a share, or leave the match out to end the route',
    ),
  ];
}

/** Where pods divide the traffic, few pods cannot give every share. */
function shareOfPods(spec: RolloutSpec, { setWeight }: CanaryStep, at: number): Finding[] {
  const { replicas = 1 } = spec;
  if (setWeight === undefined || setWeight === 0 || replicas === 0 || isSplit(spec)) return [];
  const { canary, stable } = countedPods(spec, setWeight);
  const share = Math.round((100 * canary) / (canary + stable));
  if (Math.abs(share - setWeight) <= SHARE_OFF_MAX) return [];
  return [
    finding(
      'advice',
      `${PATH}[${at}].setWeight`,
      `${replicas} replica${replicas === 1 ? '' : 's'} cannot give ${setWeight} % by their number: ${canary} of ${canary + stable} pods are ${share} %`,
      'name stableService and canaryService, whose traffic is split exactly, or raise spec.replicas or maxSurge',
    ),
  ];
}

/** The exposure bounds the weights. */
function exposed({ strategy }: RolloutSpec, { setWeight = 0 }: CanaryStep, at: number): Finding[] {
  const { maxPercent = 100 } = strategy.canary?.exposure ?? {};
  if (setWeight <= maxPercent) return [];
  return [
    finding(
      'advice',
      `${PATH}[${at}].setWeight`,
      `comes to ${maxPercent} %: exposure.maxPercent bounds it`,
      'raise maxPercent, or lower the weight',
    ),
  ];
}

/** An Experiment is looked at by analyses, which the proxies tell of requests only where it has some. */
function comparison(spec: RolloutSpec, { experiment }: CanaryStep, at: number): Finding[] {
  if (experiment === undefined) return [];
  const path = `${PATH}[${at}].experiment`;
  const { analyses = [], templates } = experiment;
  if (analyses.length === 0)
    return [
      finding(
        'advice',
        path,
        'nothing analyses the experiment: only readiness is looked at',
        'add an analysis, with requiredForCompletion',
      ),
    ];
  if (!isSplit(spec) || templates.some(({ weight = 0 }) => weight > 0)) return [];
  return [
    finding(
      'advice',
      `${path}.templates`,
      "no template has a weight: none of the traffic reaches the experiment's pods",
      'give its templates weights',
    ),
  ];
}

function haste(steps: readonly CanaryStep[], hasBackground: boolean): Finding[] {
  const isHeld = steps.some(({ pause, analysis, experiment, gate }) =>
    [pause, analysis, experiment, gate].some((one) => one !== undefined),
  );
  if (isHeld || hasBackground) return [];
  return [
    finding(
      'advice',
      PATH,
      'the canary never pauses and nothing analyses it: only readiness is looked at',
      'add a pause, a gate or an analysis',
    ),
  ];
}
