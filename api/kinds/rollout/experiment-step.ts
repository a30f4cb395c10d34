// The `experiment` step of a canary: pods of both versions side by side, and what judges them.
import type { Static } from 'typebox';
import {
  described,
  flag,
  integer,
  intOrString,
  listOf,
  oneOf,
  optional,
  struct,
  text,
} from '../../schema.ts';
import { DryRun } from '../analysis/metric.ts';
import { LabelSelector } from '../label-selector.ts';
import { AnalysisRunArgument, ROLLOUT_TYPES, RunMetadata } from './analysis-ref.ts';

const StepService = struct(
  `${ROLLOUT_TYPES}.RolloutExperimentService`,
  'A Service of its own for the pods of a template.',
  { name: optional(text('Its name; that of the ReplicaSet when absent.')) },
);

export const RolloutExperimentTemplate = struct(
  `${ROLLOUT_TYPES}.RolloutExperimentTemplate`,
  'Pods of one version.',
  {
    name: text('Its name in the Experiment.'),
    specRef: oneOf('The version whose template it has.', ['stable', 'canary']),
    replicas: optional(integer('How many pods.', { minimum: 0, default: 1 })),
    weight: optional(
      integer(
        "Percent of the traffic that it has while the Experiment runs, taken from the stable version's. Only where traffic is split.",
        { minimum: 0, maximum: 100 },
      ),
    ),
    metadata: optional(described('Labels and annotations that its pods have beside.', RunMetadata)),
    selector: optional(
      described("Labels of its pods; must match the template's. All of them when absent.", LabelSelector),
    ),
    service: optional(
      described('A Service that leads to its pods; with a weight there is one anyway.', StepService),
    ),
  },
);
export type RolloutExperimentTemplate = Static<typeof RolloutExperimentTemplate>;

export const RolloutExperimentAnalysis = struct(
  `${ROLLOUT_TYPES}.RolloutExperimentStepAnalysisTemplateRef`,
  'An analysis of the Experiment.',
  {
    name: text('Its name in the Experiment.'),
    templateName: text('The AnalysisTemplate.'),
    clusterScope: optional(flag('Whether that is a ClusterAnalysisTemplate.')),
    args: optional(
      listOf(
        'Values for the template. In a value `{{templates.<name>.podTemplateHash}}` is filled in.',
        AnalysisRunArgument,
      ),
    ),
    requiredForCompletion: optional(
      flag('Whether the Experiment goes on until it has ended, whatever its duration.'),
    ),
  },
);
export type RolloutExperimentAnalysis = Static<typeof RolloutExperimentAnalysis>;

export const RolloutExperiment = struct(
  `${ROLLOUT_TYPES}.RolloutExperimentStep`,
  'An Experiment that is made for the step.',
  {
    templates: listOf('What runs side by side.', RolloutExperimentTemplate),
    duration: optional(
      intOrString(
        'How long it goes on once all templates are available: seconds, or a time such as 10m. Until its analyses have ended when absent.',
      ),
    ),
    analyses: optional(listOf('What judges it.', RolloutExperimentAnalysis)),
    dryRun: optional(listOf('Metrics that are measured and decide nothing.', DryRun)),
  },
);
export type RolloutExperiment = Static<typeof RolloutExperiment>;
