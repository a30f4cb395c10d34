// How a Rollout names the analysis of a version.
import type { Static } from 'typebox';
import { described, flag, integer, listOf, mapOf, oneOf, optional, struct, text } from '../../schema.ts';
import { DryRun, MeasurementRetention } from '../analysis/metric.ts';

export const ROLLOUT_TYPES = 'dev.gantry.v1alpha1';

const FieldRef = struct(`${ROLLOUT_TYPES}.RolloutFieldRef`, 'A field of the Rollout.', {
  fieldPath: text("Its path, such as metadata.name or metadata.labels['team']."),
});

const ArgumentSource = struct(`${ROLLOUT_TYPES}.RolloutArgumentSource`, 'Where a value comes from.', {
  podTemplateHashValue: optional(
    oneOf('The pod-template-hash of the stable or of the latest version.', ['Stable', 'Latest']),
  ),
  fieldRef: optional(described('A field of the Rollout.', FieldRef)),
});

export const AnalysisRunArgument = struct(`${ROLLOUT_TYPES}.AnalysisRunArgument`, 'A value for a template.', {
  name: text('The name that the template gives it.'),
  value: optional(text('The value.')),
  valueFrom: optional(described('Where it comes from.', ArgumentSource)),
});
export type AnalysisRunArgument = Static<typeof AnalysisRunArgument>;

const AnalysisTemplateRef = struct(`${ROLLOUT_TYPES}.RolloutAnalysisTemplate`, 'A template.', {
  templateName: text('Its name.'),
  clusterScope: optional(flag('Whether it is a ClusterAnalysisTemplate.')),
});

export const RunMetadata = struct(`${ROLLOUT_TYPES}.AnalysisRunMetadata`, 'Labels and annotations.', {
  labels: optional(mapOf('Labels.', text('A value.'))),
  annotations: optional(mapOf('Annotations.', text('A value.'))),
});

const analysisFields = {
  templates: optional(listOf('Which templates; their metrics are measured together.', AnalysisTemplateRef)),
  args: optional(listOf('Values for the templates.', AnalysisRunArgument)),
  dryRun: optional(listOf('Metrics that are measured and decide nothing.', DryRun)),
  measurementRetention: optional(listOf('How many measurements are kept.', MeasurementRetention)),
  analysisRunMetadata: optional(described('Labels and annotations of the AnalysisRun.', RunMetadata)),
};

export const RolloutAnalysis = struct(
  `${ROLLOUT_TYPES}.RolloutAnalysis`,
  'An analysis of the new version.',
  analysisFields,
);
export type RolloutAnalysis = Static<typeof RolloutAnalysis>;

export const RolloutAnalysisBackground = struct(
  `${ROLLOUT_TYPES}.RolloutAnalysisBackground`,
  'An analysis that goes on while the steps are taken.',
  {
    ...analysisFields,
    startingStep: optional(integer('The step at which it begins; the first when absent.', { minimum: 0 })),
  },
);
export type RolloutAnalysisBackground = Static<typeof RolloutAnalysisBackground>;
