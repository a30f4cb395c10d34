// How a drawn Rollout names the analysis of its new version.
import type { CanaryStep } from '@gantry/api/kinds/rollout/steps';

/** The AnalysisTemplate of a Rollout. */
export function checksOf(name: string): string {
  return `${name}-checks`;
}

/** By the Rollout's own template. */
export function analysisOf(name: string): NonNullable<CanaryStep['analysis']> {
  return {
    templates: [{ templateName: checksOf(name) }],
    args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
  };
}
