// What blue and green do, one after the other. Pure.
import type { RolloutSpec } from '../../kinds/rollout.ts';
import type { BlueGreenStrategy } from '../../kinds/rollout/strategy.ts';
import { promotionDelayOf } from '../settings.ts';
import { analysisForecast } from './step-forecast.ts';

/** Sentences in order. */
export function blueGreenForecast(spec: RolloutSpec, blueGreen: BlueGreenStrategy): string[] {
  const { replicas = 1 } = spec;
  const { activeService, previewService, previewReplicaCount = replicas } = blueGreen;
  const { prePromotionAnalysis, postPromotionAnalysis } = blueGreen;
  const preview = previewService === undefined ? '' : `; Service ${previewService} leads to them`;
  return [
    `the new version gets ${previewReplicaCount} of ${replicas} pods beside the old one${preview}`,
    ...(prePromotionAnalysis === undefined
      ? []
      : [`before the switch: ${analysisForecast(spec, prePromotionAnalysis)}`]),
    ...pauseForecast(blueGreen),
    ...(previewReplicaCount < replicas ? [`the new version gets all ${replicas} pods`] : []),
    `the switch: all traffic of Service ${activeService} goes to the new version at once, and all proxies confirm it`,
    ...(postPromotionAnalysis === undefined
      ? []
      : [
          `after the switch: ${analysisForecast(spec, postPromotionAnalysis)}; an abort switches the traffic back`,
        ]),
  ];
}

function pauseForecast(blueGreen: BlueGreenStrategy): string[] {
  const delaySeconds = promotionDelayOf(blueGreen);
  if (delaySeconds === undefined) return ['pauses until somebody promotes it'];
  return delaySeconds === 0 ? [] : [`pauses for ${delaySeconds} s, or until somebody promotes it`];
}
