// AnalysisRun: one analysis that is under way or has ended. Its spec is whole: no template is looked at again.
import type { Static } from 'typebox';
import { applyMetricDefaults } from '../analysis/apply-metric-defaults.ts';
import { runSpecIssues, runUpdateIssues } from '../analysis/check-analysis.ts';
import { defineKind } from '../definition.ts';
import { described, flag, integer, optional, struct } from '../schema.ts';
import { runColumns } from './analysis/columns.ts';
import { analysisFields, metricList } from './analysis/metric.ts';
import { AnalysisRunStatus } from './analysis/run-status.ts';
import { metadataIssues } from './check-metadata.ts';
import { objectFields } from './object-fields.ts';

const TYPES = 'dev.gantry.v1alpha1';
const DESCRIPTION = 'Measures, and says whether what it measured is good.';

export const TtlStrategy = struct(`${TYPES}.TtlStrategy`, 'When a run that has ended is deleted.', {
  secondsAfterCompletion: optional(integer('Seconds after its end, however it ended.', { minimum: 0 })),
  secondsAfterFailure: optional(integer('Seconds after its end when it failed; goes first.', { minimum: 0 })),
  secondsAfterSuccess: optional(
    integer('Seconds after its end when it succeeded; goes first.', { minimum: 0 }),
  ),
});
export type TtlStrategy = Static<typeof TtlStrategy>;

export const AnalysisRunSpec = struct(`${TYPES}.AnalysisRunSpec`, 'What is measured.', {
  metrics: metricList,
  ...analysisFields,
  terminate: optional(flag('Whether it is to end now, with what it has found so far.')),
  ttlStrategy: optional(described('When it is deleted; kept when absent.', TtlStrategy)),
});
export type AnalysisRunSpec = Static<typeof AnalysisRunSpec>;

export const AnalysisRun = struct(`${TYPES}.AnalysisRun`, DESCRIPTION, {
  ...objectFields,
  spec: described('What is measured.', AnalysisRunSpec),
  status: optional(described('What was found.', AnalysisRunStatus)),
});
export type AnalysisRun = Static<typeof AnalysisRun>;

export const analysisRunKind = defineKind<AnalysisRun>({
  group: 'gantry.dev',
  version: 'v1alpha1',
  kind: 'AnalysisRun',
  resource: 'analysisruns',
  singular: 'analysisrun',
  shortNames: ['ar'],
  categories: [],
  namespaced: true,
  aliases: [{ group: 'argoproj.io', version: 'v1alpha1' }],
  schema: AnalysisRun,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: true,
  applyDefaults: ({ spec }) => applyMetricDefaults(spec.metrics),
  check: ({ metadata, spec }) => [...metadataIssues(metadata), ...runSpecIssues(spec, 'spec')],
  checkUpdate: ({ spec }, old) => runUpdateIssues(spec, old.spec),
  columns: runColumns(),
  selectableFields: {},
});
