// Metrics of an analysis, and what is said about them beside the list: the same in templates and runs.
import type { Static } from 'typebox';
import { described, flag, integer, intOrString, listOf, optional, struct, text } from '../../schema.ts';
import { AnalysisArgument } from './argument.ts';
import { MetricProvider } from './provider.ts';

const TYPES = 'dev.gantry.v1alpha1';

export const AnalysisMetric = struct(
  `${TYPES}.AnalysisMetric`,
  'What is measured, how often, and what is good.',
  {
    name: text('Its name, unique in the list.'),
    interval: optional(text('Time between measurements, e.g. `30s`; needed for more than one.')),
    initialDelay: optional(text('How long the first measurement waits.')),
    count: optional(
      intOrString('How many measurements; 1 without `interval`, else as many as there is time for.'),
    ),
    successCondition: optional(
      text('An expression over `result` that is true when a measurement is good, e.g. `result[0] >= 0.95`.'),
    ),
    failureCondition: optional(
      text('An expression over `result` that is true when a measurement is bad. Neither true: inconclusive.'),
    ),
    failureLimit: optional(
      intOrString('How many failed measurements are tolerated; 0 when absent, -1 for any number.'),
    ),
    inconclusiveLimit: optional(
      intOrString('How many inconclusive measurements are tolerated; 0 when absent.'),
    ),
    consecutiveErrorLimit: optional(
      intOrString('How many errors in a row are tolerated; 4 when absent. Errors are tried again.'),
    ),
    consecutiveSuccessLimit: optional(
      intOrString('How many successes in a row make the metric successful; absent or 0: `count` alone says.'),
    ),
    provider: described('Where it comes from.', MetricProvider),
  },
);
export type AnalysisMetric = Static<typeof AnalysisMetric>;

export const DryRun = struct(`${TYPES}.DryRun`, 'Metrics that are measured and do not count.', {
  metricName: text('Name of a metric, or a regular expression for whole names (`.*`).'),
});
export type DryRun = Static<typeof DryRun>;

export const MeasurementRetention = struct(
  `${TYPES}.MeasurementRetention`,
  'How many measurements are kept in status.',
  {
    metricName: text('Name of a metric, or a regular expression for whole names (`.*`).'),
    limit: integer('How many; 10 of metrics that are not named.', { minimum: 1 }),
  },
);
export type MeasurementRetention = Static<typeof MeasurementRetention>;

export const AnalysisTemplateRef = struct(`${TYPES}.AnalysisTemplateRef`, 'Names a template.', {
  templateName: text('Its name.'),
  clusterScope: optional(flag('Whether it is a ClusterAnalysisTemplate.')),
});
export type AnalysisTemplateRef = Static<typeof AnalysisTemplateRef>;

/** Fields that templates and runs share. */
export const analysisFields = {
  args: optional(
    listOf('What `{{args.name}}` stands for.', AnalysisArgument, {
      patchMergeKey: 'name',
      listMapKeys: ['name'],
    }),
  ),
  dryRun: optional(
    listOf('Metrics that do not count.', DryRun, {
      patchMergeKey: 'metricName',
      listMapKeys: ['metricName'],
    }),
  ),
  measurementRetention: optional(
    listOf('How many measurements are kept.', MeasurementRetention, {
      patchMergeKey: 'metricName',
      listMapKeys: ['metricName'],
    }),
  ),
};

/** The list of metrics. */
export const metricList = listOf('What is measured.', AnalysisMetric, {
  patchMergeKey: 'name',
  listMapKeys: ['name'],
});

export const AnalysisTemplateSpec = struct(
  `${TYPES}.AnalysisTemplateSpec`,
  'What runs made from it measure.',
  {
    metrics: optional(metricList),
    ...analysisFields,
    templates: optional(
      listOf('Templates whose metrics and arguments are added.', AnalysisTemplateRef, {
        patchMergeKey: 'templateName',
        listMapKeys: ['templateName'],
      }),
    ),
  },
);
export type AnalysisTemplateSpec = Static<typeof AnalysisTemplateSpec>;
