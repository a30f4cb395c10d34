// What a Rollout asks for that is kept and not carried out: told to whoever writes one, never passed over in silence.
import type { RolloutSpec } from '../rollout.ts';

/** One sentence each. */
export function rolloutWarnings({ strategy: { canary, blueGreen } }: RolloutSpec): string[] {
  const warnings: string[] = [];
  if (blueGreen?.autoPromotionEnabled === false && (blueGreen.autoPromotionSeconds ?? 0) > 0)
    warnings.push(
      'spec.strategy.blueGreen.autoPromotionSeconds has no effect: with autoPromotionEnabled false somebody has to promote; leave autoPromotionEnabled out to be promoted after that time',
    );
  if (canary === undefined) return warnings;
  const { trafficRouting, stableService } = canary;
  if (trafficRouting !== undefined) {
    const names = Object.keys(trafficRouting).join(', ');
    const path = 'spec.strategy.canary.trafficRouting';
    warnings.push(
      stableService === undefined
        ? `${path} (${names}) is not carried out: name stableService and canaryService, and the proxies of the nodes split the traffic`
        : `${path} (${names}) is not needed: the proxies of the nodes split the traffic of ${stableService}`,
    );
  }
  return warnings;
}
