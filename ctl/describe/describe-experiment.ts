// Experiments: how each template stands, what judges them, how long it goes on. Pure.
import type { Experiment } from '@gantry/api/kinds/experiment';
import type { ExperimentAnalysis, ExperimentTemplate } from '@gantry/api/kinds/experiment/spec';
import type { ExperimentStatus } from '@gantry/api/kinds/experiment';
import { controlledBy, deletionFields, describer, identityFields, timeText } from './describer.ts';
import { NONE } from './layout.ts';

export const experimentDescriber = describer<Experiment>({}, (experiment) => {
  const { spec, status = {} } = experiment;
  const { availableAt, completedAt } = status;
  const analyses = (spec.analyses ?? []).map((analysis) => analysisRow(analysis, status));
  return [
    ...identityFields(experiment),
    controlledBy(experiment),
    ...deletionFields(experiment),
    ['Status', status.phase ?? 'Pending'],
    ['Message', status.message],
    ['Duration', spec.duration === undefined ? undefined : String(spec.duration)],
    ['Available', availableAt === undefined ? undefined : timeText(availableAt)],
    ['Completed', completedAt === undefined ? undefined : timeText(completedAt)],
    ['Templates', { rows: [TEMPLATES, ...spec.templates.map((template) => templateRow(template, status))] }],
    ['Analyses', analyses.length === 0 ? undefined : { rows: [ANALYSES, ...analyses] }],
    ['Waits', status.reasons],
  ];
});

const TEMPLATES = ['Name', 'Status', 'Desired', 'Ready', 'Available', 'Hash', 'Service', 'Message'];
const ANALYSES = ['Name', 'Status', 'Required', 'AnalysisRun', 'Message'];

function templateRow(
  { name, replicas = 1 }: ExperimentTemplate,
  { templateStatuses }: ExperimentStatus,
): string[] {
  const found = templateStatuses?.find((one) => one.name === name);
  const { readyReplicas = 0, availableReplicas = 0 } = found ?? {};
  return [
    name,
    found?.status ?? 'Progressing',
    ...[replicas, readyReplicas, availableReplicas].map(String),
    found?.podTemplateHash ?? NONE,
    found?.serviceName ?? NONE,
    found?.message ?? '',
  ];
}

function analysisRow(
  { name, templateName, requiredForCompletion = false }: ExperimentAnalysis,
  { analysisRuns }: ExperimentStatus,
): string[] {
  const found = analysisRuns?.find((one) => one.name === name);
  return [
    name,
    found?.phase ?? 'Pending',
    requiredForCompletion ? 'yes' : 'no',
    found?.analysisRun ?? `${NONE} (${templateName})`,
    found?.message ?? '',
  ];
}
