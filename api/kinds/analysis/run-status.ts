// What a run has found: all numbers and reasons, in Argo Rollouts' field names.
import type { Static } from 'typebox';
import {
  described,
  flag,
  integer,
  listOf,
  mapOf,
  oneOf,
  optional,
  struct,
  text,
  time,
} from '../../schema.ts';

const TYPES = 'dev.gantry.v1alpha1';

/** Of a run, a metric and a measurement. */
export const ANALYSIS_PHASES = [
  'Pending',
  'Running',
  'Successful',
  'Failed',
  'Error',
  'Inconclusive',
] as const;
export type AnalysisPhase = (typeof ANALYSIS_PHASES)[number];

const phase = (description: string) => oneOf<AnalysisPhase>(description, ANALYSIS_PHASES);
const notes = (description: string) => mapOf(description, text('A value.'));

export const Measurement = struct(`${TYPES}.Measurement`, 'One measurement.', {
  phase: phase('How it stands.'),
  message: optional(text('Why.')),
  startedAt: optional(time('When it began.')),
  finishedAt: optional(time('When it ended.')),
  value: optional(text('What was measured.')),
  metadata: optional(notes('All other numbers that the verdict rests on.')),
  resumeAt: optional(time('When a measurement that takes long is looked at again.')),
});
export type Measurement = Static<typeof Measurement>;

export const MetricResult = struct(`${TYPES}.MetricResult`, 'What is known of one metric.', {
  name: text('Name of the metric.'),
  phase: phase('How it stands.'),
  measurements: optional(listOf('The last measurements, newest last.', Measurement)),
  message: optional(text('Why.')),
  count: optional(integer('Measurements that were no errors.')),
  successful: optional(integer('Successful ones.')),
  failed: optional(integer('Failed ones.')),
  inconclusive: optional(integer('Inconclusive ones.')),
  error: optional(integer('Errors.')),
  consecutiveError: optional(integer('Errors in a row up to now.')),
  consecutiveSuccess: optional(integer('Successes in a row up to now.')),
  dryRun: optional(flag('Whether it does not count.')),
  metadata: optional(notes('What the next measurement goes on from.')),
});
export type MetricResult = Static<typeof MetricResult>;

export const RunSummary = struct(`${TYPES}.RunSummary`, 'How many metrics ended how.', {
  count: optional(integer('All metrics.')),
  successful: optional(integer('Successful ones.')),
  failed: optional(integer('Failed ones.')),
  inconclusive: optional(integer('Inconclusive ones.')),
  error: optional(integer('Those that ended with errors.')),
});
export type RunSummary = Static<typeof RunSummary>;

export const AnalysisRunStatus = struct(`${TYPES}.AnalysisRunStatus`, 'What a run has found.', {
  phase: phase('How it stands.'),
  message: optional(text('Why.')),
  metricResults: optional(listOf('By metric.', MetricResult)),
  startedAt: optional(time('When it began.')),
  completedAt: optional(time('When it ended.')),
  runSummary: optional(described('How many metrics ended how.', RunSummary)),
  dryRunSummary: optional(described('The same for metrics that do not count.', RunSummary)),
});
export type AnalysisRunStatus = Static<typeof AnalysisRunStatus>;
