// ClusterAnalysisTemplate: an AnalysisTemplate for runs of all namespaces.
import type { Static } from 'typebox';
import { applyMetricDefaults } from '../analysis/apply-metric-defaults.ts';
import { templateSpecIssues } from '../analysis/check-analysis.ts';
import { defineKind } from '../definition.ts';
import { described, struct } from '../schema.ts';
import { templateColumns } from './analysis/columns.ts';
import { AnalysisTemplateSpec } from './analysis/metric.ts';
import { metadataIssues } from './check-metadata.ts';
import { objectFields } from './object-fields.ts';

const DESCRIPTION = 'An AnalysisTemplate that runs of all namespaces may be made from.';

export const ClusterAnalysisTemplate = struct('dev.gantry.v1alpha1.ClusterAnalysisTemplate', DESCRIPTION, {
  ...objectFields,
  spec: described('What is measured.', AnalysisTemplateSpec),
});
export type ClusterAnalysisTemplate = Static<typeof ClusterAnalysisTemplate>;

export const clusterAnalysisTemplateKind = defineKind<ClusterAnalysisTemplate>({
  group: 'gantry.dev',
  version: 'v1alpha1',
  kind: 'ClusterAnalysisTemplate',
  resource: 'clusteranalysistemplates',
  singular: 'clusteranalysistemplate',
  shortNames: ['cat'],
  categories: [],
  namespaced: false,
  aliases: [{ group: 'argoproj.io', version: 'v1alpha1' }],
  schema: ClusterAnalysisTemplate,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: true,
  applyDefaults: ({ spec }) => applyMetricDefaults(spec.metrics),
  check: ({ metadata, spec }) => [...metadataIssues(metadata), ...templateSpecIssues(spec, 'spec')],
  columns: templateColumns(),
  selectableFields: {},
});
