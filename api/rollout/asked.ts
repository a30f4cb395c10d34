// What the steps of a canary ask for at a place: the share of the traffic, the number of pods, and routes by header. Pure.
import type { CanaryStep, HeaderRoutingMatch, MirrorMatch } from '../kinds/rollout/steps.ts';

/** Requests that go to the new version whatever its share. */
export interface HeaderRoute {
  name: string;
  match: readonly HeaderRoutingMatch[];
}

/** Requests that are copied to the new version. */
export interface MirrorRoute {
  name: string;
  match: readonly MirrorMatch[];
  /** How many of them. */
  percentage: number;
}

export interface Asked {
  /** Percent of the traffic. */
  weight: number;
  /** Pods as a number or as a percent of all; undefined where the share says it. */
  scale: { replicas: number } | { percent: number } | undefined;
  routes: readonly HeaderRoute[];
  mirrors: readonly MirrorRoute[];
}

/** @param index of the step under way, which counts; the number of steps when all are done. */
export function askedAt(steps: readonly CanaryStep[], index: number): Asked {
  if (index >= steps.length) return { weight: 100, scale: undefined, routes: [], mirrors: [] };
  const asked: { weight: number; scale: Asked['scale'] } = { weight: 0, scale: undefined };
  const routes = new Map<string, HeaderRoute>();
  const mirrors = new Map<string, MirrorRoute>();
  for (const { setWeight, setCanaryScale, setHeaderRoute, setMirrorRoute } of steps.slice(0, index + 1)) {
    if (setWeight !== undefined) asked.weight = setWeight;
    if (setCanaryScale !== undefined) asked.scale = scaleOf(setCanaryScale);
    if (setHeaderRoute !== undefined) {
      const { name, match = [] } = setHeaderRoute;
      setRoute(routes, { name, match });
    }
    if (setMirrorRoute !== undefined) {
      const { name, match = [], percentage = 100 } = setMirrorRoute;
      setRoute(mirrors, { name, match, percentage });
    }
  }
  return { ...asked, routes: [...routes.values()], mirrors: [...mirrors.values()] };
}

/** One without a match ends the one of its name. */
function setRoute<T extends { name: string; match: readonly unknown[] }>(
  routes: Map<string, T>,
  route: T,
): void {
  if (route.match.length === 0) routes.delete(route.name);
  else routes.set(route.name, route);
}

function scaleOf({ replicas, weight }: NonNullable<CanaryStep['setCanaryScale']>): Asked['scale'] {
  if (replicas !== undefined) return { replicas };
  return weight === undefined ? undefined : { percent: weight };
}

/** Pods that a scale asks for; undefined where the share says it. */
export function podsAsked(scale: Asked['scale'], replicas: number): number | undefined {
  if (scale === undefined) return undefined;
  return 'replicas' in scale ? scale.replicas : Math.ceil((replicas * scale.percent) / 100);
}

/** A step in a few words. */
export function stepText(step: CanaryStep): string {
  const {
    setWeight,
    pause,
    setCanaryScale,
    analysis,
    experiment,
    setHeaderRoute,
    setMirrorRoute,
    gate,
    setFlag,
  } = step;
  if (setWeight !== undefined) return `setWeight ${setWeight}`;
  if (pause !== undefined) return pause.duration === undefined ? 'pause' : `pause ${pause.duration}`;
  if (setCanaryScale !== undefined) return `setCanaryScale ${scaleText(setCanaryScale)}`;
  if (analysis !== undefined)
    return `analysis ${(analysis.templates ?? []).map((one) => one.templateName).join(', ')}`;
  if (experiment !== undefined) return `experiment ${experiment.templates.map((one) => one.name).join(', ')}`;
  if (setHeaderRoute !== undefined)
    return `setHeaderRoute ${setHeaderRoute.name}${(setHeaderRoute.match ?? []).length === 0 ? ' ends' : ''}`;
  if (gate !== undefined) return `gate ${gate.flag}=${gate.variant}`;
  if (setFlag !== undefined) return `setFlag ${setFlag.flag}`;
  return `setMirrorRoute ${setMirrorRoute?.name ?? ''}${(setMirrorRoute?.match ?? []).length === 0 ? ' ends' : ''}`;
}

function scaleText({ replicas, weight }: NonNullable<CanaryStep['setCanaryScale']>): string {
  if (replicas !== undefined) return String(replicas);
  return weight === undefined ? 'as the weight' : `${weight} %`;
}
