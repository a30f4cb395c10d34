// Analyses of a Rollout as the cache has them: its runs, and the templates that it may make runs of.
import { collectTemplates } from '@gantry/api/analysis/collect-templates';
import { analysisRunKind, type AnalysisRun } from '@gantry/api/kinds/analysis-run';
import { analysisTemplateKind, type AnalysisTemplate } from '@gantry/api/kinds/analysis-template';
import {
  clusterAnalysisTemplateKind,
  type ClusterAnalysisTemplate,
} from '@gantry/api/kinds/cluster-analysis-template';
import type { Rollout } from '@gantry/api/kinds/rollout';
import type { RolloutAnalysis } from '@gantry/api/kinds/rollout/analysis-ref';
import type { CacheReader } from '../../../cache/cache.ts';

type Template = AnalysisTemplate | ClusterAnalysisTemplate;

/** Templates of one analysis, those that they name included; or why there are none. */
export type FoundTemplates = { templates: readonly Template[] } | { problems: readonly string[] };

export interface ObservedAnalysis {
  /** Own runs, in any order. */
  runs: readonly AnalysisRun[];
  /** By the analysis of the spec, by identity. */
  templatesOf: ReadonlyMap<RolloutAnalysis, FoundTemplates>;
}

/** Reads the cache; most Rollouts without analyses cost nothing. */
export function observeAnalysis(cache: CacheReader, { metadata, spec }: Rollout): ObservedAnalysis {
  const { namespace = '', uid = '' } = metadata;
  const find = ({ templateName = '', clusterScope = false }): Template | undefined =>
    clusterScope
      ? cache.get(clusterAnalysisTemplateKind, { namespace: '', name: templateName })
      : cache.get(analysisTemplateKind, { namespace, name: templateName });
  const templatesOf = new Map(
    analysesOf(spec).map((analysis) => [analysis, collectTemplates(analysis.templates ?? [], find)]),
  );
  return { runs: cache.byIndex(analysisRunKind, 'owner', uid), templatesOf };
}

/** All analyses that a Rollout names. */
export function analysesOf({ strategy: { canary, blueGreen } }: Rollout['spec']): readonly RolloutAnalysis[] {
  const named = [
    ...(canary?.steps ?? []).map(({ analysis }) => analysis),
    canary?.analysis,
    blueGreen?.prePromotionAnalysis,
    blueGreen?.postPromotionAnalysis,
  ];
  return named.filter((analysis) => analysis !== undefined);
}
