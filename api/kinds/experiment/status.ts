// What is observed of an Experiment, in the field names of Argo Rollouts, and `reasons`.
import type { Static } from 'typebox';
import { integer, listOf, oneOf, optional, struct, text, time } from '../../schema.ts';
import { ANALYSIS_PHASES, type AnalysisPhase } from '../analysis/run-status.ts';
import { conditionOf } from '../object-fields.ts';
import { ROLLOUT_TYPES } from '../rollout/analysis-ref.ts';

/** Of one template. */
export const TEMPLATE_PHASES = ['Progressing', 'Running', 'Successful', 'Failed', 'Error'] as const;
export type TemplatePhase = (typeof TEMPLATE_PHASES)[number];

const phase = (description: string) => oneOf<AnalysisPhase>(description, ANALYSIS_PHASES);

export const TemplateStatus = struct(`${ROLLOUT_TYPES}.TemplateStatus`, 'How one template stands.', {
  name: text('Its name.'),
  status: optional(oneOf<TemplatePhase>('In one word.', TEMPLATE_PHASES)),
  message: optional(text('Why.')),
  replicas: optional(integer('Pods that there are.')),
  updatedReplicas: optional(integer('Of them, those of the template: all.')),
  readyReplicas: optional(integer('Of them, those that are ready.')),
  availableReplicas: optional(integer('Of them, those ready for minReadySeconds.')),
  podTemplateHash: optional(text('By which its pods and their traffic are told from others.')),
  serviceName: optional(text('The Service that leads to its pods.')),
  lastTransitionTime: optional(time('When `status` last changed.')),
});
export type TemplateStatus = Static<typeof TemplateStatus>;

export const ExperimentRunStatus = struct(
  `${ROLLOUT_TYPES}.ExperimentAnalysisRunStatus`,
  'How one analysis stands.',
  {
    name: text('Its name in the Experiment.'),
    analysisRun: text('The AnalysisRun.'),
    phase: phase('How it stands.'),
    message: optional(text('Why.')),
  },
);
export type ExperimentRunStatus = Static<typeof ExperimentRunStatus>;

export const ExperimentStatus = struct(`${ROLLOUT_TYPES}.ExperimentStatus`, 'What is observed of it.', {
  observedGeneration: optional(text('Generation that this describes.')),
  phase: optional(phase('In one word.')),
  message: optional(text('Why it is in this phase.')),
  reasons: optional(listOf('Why it does what it does, or waits; in sentences.', text('A sentence.'))),
  availableAt: optional(time('When all templates were available: from then on the duration counts.')),
  completedAt: optional(time('When it ended.')),
  templateStatuses: optional(
    listOf('By template.', TemplateStatus, { patchMergeKey: 'name', listMapKeys: ['name'] }),
  ),
  analysisRuns: optional(
    listOf('By analysis.', ExperimentRunStatus, { patchMergeKey: 'name', listMapKeys: ['name'] }),
  ),
  conditions: optional(
    listOf('Observed facts.', conditionOf(`${ROLLOUT_TYPES}.ExperimentCondition`, 'Progressing, Completed'), {
      patchMergeKey: 'type',
      listMapKeys: ['type'],
    }),
  ),
});
export type ExperimentStatus = Static<typeof ExperimentStatus>;
