// What an Experiment is to be: templates of pods that run side by side, for how long, and which analyses judge them. The
// fields are those of Argo Rollouts; `service.ports` is ours.
import type { Static } from 'typebox';
import {
  ARGO,
  described,
  flag,
  integer,
  intOrString,
  listOf,
  notYet,
  optional,
  struct,
  text,
} from '../../schema.ts';
import { AnalysisFieldRef } from '../analysis/argument.ts';
import { DryRun, MeasurementRetention } from '../analysis/metric.ts';
import { LabelSelector } from '../label-selector.ts';
import { PodTemplateSpec } from '../pod/pod-spec.ts';
import { ROLLOUT_TYPES, RunMetadata } from '../rollout/analysis-ref.ts';
import { ServicePort } from '../service/service-spec.ts';

export const TemplateService = struct(
  `${ROLLOUT_TYPES}.TemplateService`,
  'A Service of its own for the pods of a template.',
  {
    name: optional(text('Its name; that of the ReplicaSet when absent.')),
    ports: optional(
      listOf('Its ports; those that the containers of the template declare when absent.', ServicePort),
    ),
  },
);
export type TemplateService = Static<typeof TemplateService>;

export const ExperimentTemplate = struct(
  `${ROLLOUT_TYPES}.TemplateSpec`,
  'Pods that run in the Experiment.',
  {
    name: text('Its name in the Experiment.'),
    replicas: optional(integer('How many pods.', { minimum: 0, default: 1 })),
    minReadySeconds: optional(
      integer('Seconds that a pod must be ready before it counts as available; 0 when absent.', {
        minimum: 0,
      }),
    ),
    selector: optional(
      described("Labels of its pods; must match the template's. All of them when absent.", LabelSelector),
    ),
    metadata: optional(described('Labels and annotations that its pods have beside.', RunMetadata)),
    template: described('From which its pods are made.', PodTemplateSpec),
    service: optional(described('A Service that leads to its pods; none when absent.', TemplateService)),
  },
);
export type ExperimentTemplate = Static<typeof ExperimentTemplate>;

const ArgumentSource = struct(
  `${ROLLOUT_TYPES}.ExperimentArgumentSource`,
  'Where a value comes from.',
  { fieldRef: optional(described('A field of the Experiment.', AnalysisFieldRef)) },
  notYet(
    {
      podTemplateHashValue:
        'Only a step of a Rollout knows stable and latest: write value: "{{templates.<name>.podTemplateHash}}".',
      secretKeyRef: 'Name the Secret in the AnalysisTemplate.',
    },
    ARGO,
  ),
);

export const ExperimentArgument = struct(
  `${ROLLOUT_TYPES}.ExperimentArgument`,
  'A value for an analysis template.',
  {
    name: text('The name that the template gives it.'),
    value: optional(
      text(
        'The value. `{{templates.<name>.podTemplateHash}}`, `{{experiment.availableAt}}` and `{{experiment.finishedAt}}` are filled in.',
      ),
    ),
    valueFrom: optional(described('Where it comes from.', ArgumentSource)),
  },
);
export type ExperimentArgument = Static<typeof ExperimentArgument>;

export const ExperimentAnalysis = struct(
  `${ROLLOUT_TYPES}.ExperimentAnalysisTemplateRef`,
  'An analysis of the pods. It begins when all templates are available.',
  {
    name: text('Its name in the Experiment.'),
    templateName: text('The AnalysisTemplate.'),
    clusterScope: optional(flag('Whether that is a ClusterAnalysisTemplate.')),
    args: optional(
      listOf('Values for the template.', ExperimentArgument, {
        patchMergeKey: 'name',
        listMapKeys: ['name'],
      }),
    ),
    requiredForCompletion: optional(
      flag('Whether the Experiment goes on until it has ended, whatever its duration.'),
    ),
  },
);
export type ExperimentAnalysis = Static<typeof ExperimentAnalysis>;

const BY_METRIC = { patchMergeKey: 'metricName', listMapKeys: ['metricName'] };

export const ExperimentSpec = struct(`${ROLLOUT_TYPES}.ExperimentSpec`, 'What an Experiment is to be.', {
  templates: listOf('What runs side by side.', ExperimentTemplate, {
    patchMergeKey: 'name',
    listMapKeys: ['name'],
  }),
  duration: optional(
    intOrString(
      'How long it goes on once all templates are available: seconds, or a time such as 10m. Until its analyses have ended, or it is terminated, when absent.',
    ),
  ),
  progressDeadlineSeconds: optional(
    integer('Seconds in which all templates have to become available; else it has failed.', {
      minimum: 1,
      default: 600,
    }),
  ),
  terminate: optional(flag('Whether it is to end now.')),
  analyses: optional(
    listOf('What judges it.', ExperimentAnalysis, { patchMergeKey: 'name', listMapKeys: ['name'] }),
  ),
  scaleDownDelaySeconds: optional(
    integer('Seconds that pods stay after its end; 30 when absent.', { minimum: 0 }),
  ),
  dryRun: optional(listOf('Metrics that are measured and decide nothing.', DryRun, BY_METRIC)),
  measurementRetention: optional(listOf('How many measurements are kept.', MeasurementRetention, BY_METRIC)),
});
export type ExperimentSpec = Static<typeof ExperimentSpec>;
