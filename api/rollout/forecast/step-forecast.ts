// What a step of a canary brings about, in a sentence: sizes and shares as the controller works them out. Pure.
import type { RolloutSpec } from '../../kinds/rollout.ts';
import type { RolloutAnalysis } from '../../kinds/rollout/analysis-ref.ts';
import type { RolloutExperiment } from '../../kinds/rollout/experiment-step.ts';
import { askedAt, podsAsked, stepText } from '../asked.ts';
import { countedPods, newPods, stablePods } from '../pods.ts';
import { effectiveWeight, isSplit, shared, stepsOf } from '../settings.ts';

/** The step at an index. */
export function stepForecast(spec: RolloutSpec, index: number): string {
  const step = stepsOf(spec)[index];
  if (step === undefined) return '';
  const { setWeight, pause, setCanaryScale, analysis, experiment } = step;
  const { setHeaderRoute, setMirrorRoute, gate, setFlag } = step;
  if (setWeight !== undefined) return weightForecast(spec, index, setWeight);
  if (pause !== undefined)
    return pause.duration === undefined
      ? 'pauses until somebody promotes it'
      : `pauses for ${durationText(pause.duration)}`;
  if (setCanaryScale !== undefined) return `${podsText(sizesAt(spec, index))}, the traffic stays as it is`;
  if (analysis !== undefined) return analysisForecast(spec, analysis);
  if (experiment !== undefined) return experimentForecast(spec, experiment);
  if (setHeaderRoute !== undefined)
    return (setHeaderRoute.match ?? []).length === 0
      ? `header route ${setHeaderRoute.name} ends`
      : `requests of header route ${setHeaderRoute.name} go to the canary, whatever its share`;
  if (setMirrorRoute !== undefined) return 'setMirrorRoute is passed over: the proxies copy no requests';
  if (gate !== undefined) return `waits until flag ${gate.flag} is ${gate.variant}`;
  if (setFlag !== undefined) return flagForecast(setFlag);
  return stepText(step);
}

/** `analysis of a, b; a failure aborts`. */
export function analysisForecast(spec: RolloutSpec, { templates = [] }: RolloutAnalysis): string {
  const names = templates.map(({ templateName }) => templateName).join(', ');
  const failure = shared(spec).holdsOnFailure
    ? 'holds the update until somebody decides'
    : 'aborts the update';
  return `analysis of ${names}: success lets it go on, a failure ${failure}`;
}

function experimentForecast(
  spec: RolloutSpec,
  { templates, duration, analyses = [] }: RolloutExperiment,
): string {
  const sides = templates.map(({ name, specRef, replicas = 1, weight = 0 }) => {
    const pods = `${replicas} ${specRef} pod${replicas === 1 ? '' : 's'}`;
    return `${name} (${pods}${weight === 0 ? '' : `, ${weight} % of the traffic`})`;
  });
  const judges = analyses.map(({ templateName }) => templateName).join(', ');
  const time = duration === undefined ? 'until its analyses have ended' : `for ${durationText(duration)}`;
  const failure = shared(spec).holdsOnFailure
    ? 'holds the update until somebody decides'
    : 'aborts the update';
  return `an experiment runs ${sides.join(' and ')} ${time}${judges === '' ? '' : `, judged by ${judges}`}: success lets it go on, a failure ${failure}`;
}

/** Seconds, or a time as it is written. */
export const durationText = (duration: number | string): string =>
  typeof duration === 'number' || /^\d+$/.test(duration) ? `${duration} s` : duration;

function weightForecast(spec: RolloutSpec, index: number, asked: number): string {
  const sizes = podsText(sizesAt(spec, index));
  if (!isSplit(spec)) return `${asked} %: ${sizes}`;
  const weight = effectiveWeight(spec, asked);
  const bound = weight === asked ? '' : ` (of ${asked} % asked for: exposure.maxPercent)`;
  return `${sizes}; then ${weight} % of the traffic${bound} goes to the canary, and all proxies confirm it`;
}

function sizesAt(spec: RolloutSpec, index: number): { canary: number; stable: number } {
  const { weight: asked, scale, routes } = askedAt(stepsOf(spec), index);
  if (!isSplit(spec)) return countedPods(spec, asked);
  const pods = podsAsked(scale, spec.replicas ?? 1);
  const weight = effectiveWeight(spec, asked);
  return {
    canary: newPods(spec, { routes, ...(pods === undefined ? {} : { pods }) }, weight),
    stable: stablePods(spec, weight),
  };
}

function podsText({ canary, stable }: { canary: number; stable: number }): string {
  return `${canary} canary and ${stable} stable pod${stable === 1 ? '' : 's'}`;
}

function flagForecast({ flag, variant, state }: { flag: string; variant?: string; state?: string }): string {
  const changes = [
    ...(variant === undefined ? [] : [`its default variant becomes ${variant}`]),
    ...(state === undefined ? [] : [`its state becomes ${state}`]),
  ];
  return `flag ${flag}: ${changes.join(', ')}; an abort gives back what it was`;
}
