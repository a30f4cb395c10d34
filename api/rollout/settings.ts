// A Rollout's spec with its defaults, as the plan reads it. Pure.
import type { RolloutSpec } from '../kinds/rollout.ts';
import type { CanaryStep } from '../kinds/rollout/steps.ts';
import type { BlueGreenStrategy, CanaryStrategy, Exposure, KillSwitch } from '../kinds/rollout/strategy.ts';
import { paceInPods, type PaceInPods } from '../pace-in-pods.ts';

const DEFAULT_DELAY_SECONDS = 30;

/** Services by what they do: the main one has the traffic, the side is the new version's. */
export interface ServiceNames {
  main: string;
  side: string | undefined;
}

/** The Services of a Rollout; undefined when it names none. */
export function serviceNames({ strategy: { canary, blueGreen } }: RolloutSpec): ServiceNames | undefined {
  if (blueGreen !== undefined) return { main: blueGreen.activeService, side: blueGreen.previewService };
  if (canary?.stableService === undefined) return undefined;
  return { main: canary.stableService, side: canary.canaryService };
}

/** The same as a list, of those that are named. */
export function namedServices(spec: RolloutSpec): string[] {
  const { main, side } = serviceNames(spec) ?? {};
  return [main, side].filter((name) => name !== undefined);
}

/** What both strategies have. */
export function shared({ strategy: { canary, blueGreen } }: RolloutSpec): {
  scaleDownDelayMs: number;
  /** Undefined: the new version keeps its pods for good. */
  abortScaleDownDelayMs: number | undefined;
  killSwitch: KillSwitch | undefined;
  holdsOnFailure: boolean;
  revisionsMax: number;
} {
  const strategy: Partial<CanaryStrategy & BlueGreenStrategy> = canary ?? blueGreen ?? {};
  const { scaleDownDelaySeconds = DEFAULT_DELAY_SECONDS, scaleDownDelayRevisionLimit = Infinity } = strategy;
  const { abortScaleDownDelaySeconds = DEFAULT_DELAY_SECONDS, killSwitch, onFailure } = strategy;
  return {
    scaleDownDelayMs: scaleDownDelaySeconds * 1000,
    abortScaleDownDelayMs: abortScaleDownDelaySeconds === 0 ? undefined : abortScaleDownDelaySeconds * 1000,
    killSwitch,
    holdsOnFailure: onFailure === 'hold',
    revisionsMax: scaleDownDelayRevisionLimit,
  };
}

/** The steps of a canary; none of blue and green. */
export function stepsOf({ strategy }: RolloutSpec): readonly CanaryStep[] {
  return strategy.canary?.steps ?? [];
}

/** Whether the traffic is divided by the proxies, rather than by the number of pods. */
export function isSplit(spec: RolloutSpec): boolean {
  return serviceNames(spec)?.side !== undefined;
}

/** Whether versions are sized for themselves: traffic is moved by Services, not by numbers of pods. */
export function isMovedByServices(spec: RolloutSpec): boolean {
  return isSplit(spec) || spec.strategy.blueGreen !== undefined;
}

/** Who may reach the new version. */
export function exposureOf({ strategy }: RolloutSpec): Exposure | undefined {
  return strategy.canary?.exposure;
}

/**
 * Whether the stable version gives up pods for the share of the new one. Not beside an audience: nobody knows which part of
 * the requests it makes, and all others stay with the stable version whatever the share.
 */
export function isStableScaled({ strategy: { canary } }: RolloutSpec): boolean {
  return canary?.dynamicStableScale === true && canary.exposure?.audience === undefined;
}

/** How far an update may go where pods divide the traffic: as of a Deployment. */
export function limitsOf({ replicas = 1, strategy: { canary, blueGreen } }: RolloutSpec): PaceInPods {
  const { maxSurge } = canary ?? {};
  const { maxUnavailable } = canary ?? blueGreen ?? {};
  return paceInPods(
    {
      ...(maxSurge === undefined ? {} : { maxSurge }),
      ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
    },
    replicas,
  );
}

/** Whether any flag of the namespace matters to it. */
export function usesFlags(spec: RolloutSpec): boolean {
  return (
    shared(spec).killSwitch !== undefined ||
    stepsOf(spec).some(({ gate, setFlag }) => gate !== undefined || setFlag !== undefined)
  );
}

/** What the steps ask for, as far as it is allowed before the new version takes over. */
export function effectiveWeight(spec: RolloutSpec, asked: number): number {
  return Math.min(asked, exposureOf(spec)?.maxPercent ?? 100);
}

/** Seconds until blue and green switch by themselves once the new version is ready; undefined where people have to say so. */
export function promotionDelayOf(blueGreen: RolloutSpec['strategy']['blueGreen']): number | undefined {
  const { autoPromotionEnabled = true, autoPromotionSeconds = 0 } = blueGreen ?? {};
  return autoPromotionEnabled ? autoPromotionSeconds : undefined;
}
