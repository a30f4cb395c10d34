// AnalysisTemplate: what runs made from it measure, in one namespace. Applies unchanged from Argo Rollouts' files.
import type { Static } from 'typebox';
import { applyMetricDefaults } from '../analysis/apply-metric-defaults.ts';
import { templateSpecIssues } from '../analysis/check-analysis.ts';
import { defineKind } from '../definition.ts';
import { described, struct } from '../schema.ts';
import { templateColumns } from './analysis/columns.ts';
import { AnalysisTemplateSpec } from './analysis/metric.ts';
import { metadataIssues } from './check-metadata.ts';
import { objectFields } from './object-fields.ts';

const DESCRIPTION =
  'What an analysis measures, and which values are good. Runs are made from it by rollouts.';

export const AnalysisTemplate = struct('dev.gantry.v1alpha1.AnalysisTemplate', DESCRIPTION, {
  ...objectFields,
  spec: described('What is measured.', AnalysisTemplateSpec),
});
export type AnalysisTemplate = Static<typeof AnalysisTemplate>;

export const analysisTemplateKind = defineKind<AnalysisTemplate>({
  group: 'gantry.dev',
  version: 'v1alpha1',
  kind: 'AnalysisTemplate',
  resource: 'analysistemplates',
  singular: 'analysistemplate',
  shortNames: ['at'],
  categories: [],
  namespaced: true,
  aliases: [{ group: 'argoproj.io', version: 'v1alpha1' }],
  schema: AnalysisTemplate,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: true,
  applyDefaults: ({ spec }) => applyMetricDefaults(spec.metrics),
  check: ({ metadata, spec }) => [...metadataIssues(metadata), ...templateSpecIssues(spec, 'spec')],
  columns: templateColumns(),
  selectableFields: {},
});
