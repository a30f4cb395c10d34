// Rollout: like pods in a number, and how a new version of them is given the traffic: step by step, or all at once, with
// analysis, flags and people in between. The fields are those of Argo Rollouts, with additions of ours.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { described, flag, integer, listOf, oneOf, optional, struct, text, time } from '../schema.ts';
import { metadataIssues } from './check-metadata.ts';
import { selectorUpdateIssues } from './check-selector.ts';
import { ageColumn, countColumn, workloadColumns } from './columns.ts';
import { LabelSelector } from './label-selector.ts';
import { objectFields } from './object-fields.ts';
import { applyPodSpecDefaults } from './pod/pod-defaults.ts';
import { PodTemplateSpec } from './pod/pod-spec.ts';
import { ROLLOUT_TYPES } from './rollout/analysis-ref.ts';
import { rolloutSpecIssues } from './rollout/check-rollout.ts';
import { RolloutStatus } from './rollout/status.ts';
import { RolloutStrategy } from './rollout/strategy.ts';
import { rolloutWarnings } from './rollout/warnings.ts';

const DESCRIPTION =
  'Keeps a number of like pods running and gives a new version of them the traffic in steps, or at once, as analyses, flags and people allow.';

const WorkloadRef = struct(`${ROLLOUT_TYPES}.WorkloadRef`, 'A Deployment whose template is used.', {
  apiVersion: optional(text('apps/v1.', { default: 'apps/v1' })),
  kind: optional(text('Deployment.', { default: 'Deployment' })),
  name: text('Its name.'),
  scaleDown: optional(
    oneOf(
      'What becomes of its own pods: never, they stay; onsuccess, they go once the Rollout is healthy; progressively, as its pods become available.',
      ['never', 'onsuccess', 'progressively'],
      { default: 'never' },
    ),
  ),
});
export type WorkloadRef = Static<typeof WorkloadRef>;

const RollbackWindow = struct(`${ROLLOUT_TYPES}.RollbackWindow`, 'Versions to go back to without steps.', {
  revisions: integer('How many of the latest versions.', { minimum: 1 }),
});

const RunHistory = struct(`${ROLLOUT_TYPES}.AnalysisRunStrategy`, 'How many finished runs are kept.', {
  successfulRunHistoryLimit: optional(
    integer('Successful AnalysisRuns and Experiments; 5 when absent.', { minimum: 0 }),
  ),
  unsuccessfulRunHistoryLimit: optional(integer('The others; 5 when absent.', { minimum: 0 })),
});

const Dependency = struct(`${ROLLOUT_TYPES}.RolloutDependency`, 'A Rollout of the namespace.', {
  name: text('Its name.'),
});

export const RolloutSpec = struct(`${ROLLOUT_TYPES}.RolloutSpec`, 'What a Rollout is to be.', {
  replicas: optional(integer('How many pods.', { minimum: 0, default: 1 })),
  selector: optional(
    described(
      "Selects its pods; must match the template's labels. Cannot be changed. That of the workload with workloadRef.",
      LabelSelector,
    ),
  ),
  template: optional(described('From which its pods are made.', PodTemplateSpec)),
  workloadRef: optional(described('Where the template is instead.', WorkloadRef)),
  minReadySeconds: optional(
    integer('Seconds that a new pod must be ready before it counts as available; 0 when absent.', {
      minimum: 0,
    }),
  ),
  revisionHistoryLimit: optional(
    integer('How many old ReplicaSets are kept for undo.', { minimum: 0, default: 10 }),
  ),
  paused: optional(flag('Whether steps wait and changes of the template are not begun.')),
  progressDeadlineSeconds: optional(
    integer('Seconds without progress after which the update is reported as stuck.', {
      minimum: 1,
      default: 600,
    }),
  ),
  progressDeadlineAbort: optional(flag('Whether an update that is stuck is aborted.')),
  restartAt: optional(
    time('Pods that are older than this are replaced, as many at a time as may be missing.'),
  ),
  rollbackWindow: optional(described('Versions to go back to without steps.', RollbackWindow)),
  analysis: optional(described('How many finished runs are kept.', RunHistory)),
  dependsOn: optional(
    listOf('Rollouts whose updates come first. All under way are aborted together.', Dependency),
  ),
  strategy: described('How a new version takes over.', RolloutStrategy),
});
export type RolloutSpec = Static<typeof RolloutSpec>;

export const Rollout = struct(`${ROLLOUT_TYPES}.Rollout`, DESCRIPTION, {
  ...objectFields,
  spec: described('What the Rollout is to be.', RolloutSpec),
  status: optional(described('What is observed of it.', RolloutStatus)),
});
export type Rollout = Static<typeof Rollout>;

export const rolloutKind = defineKind<Rollout>({
  group: 'gantry.dev',
  version: 'v1alpha1',
  kind: 'Rollout',
  resource: 'rollouts',
  singular: 'rollout',
  shortNames: ['ro'],
  categories: ['all'],
  namespaced: true,
  aliases: [{ group: 'argoproj.io', version: 'v1alpha1' }],
  schema: Rollout,
  description: DESCRIPTION,
  subresources: {
    status: true,
    scale: { specReplicas: 'spec.replicas', statusReplicas: 'status.HPAReplicas', selector: 'spec.selector' },
  },
  hasGeneration: true,
  applyDefaults: ({ spec }) => {
    if (spec.template !== undefined) applyPodSpecDefaults(spec.template.spec);
  },
  check: ({ metadata, spec }) => [...metadataIssues(metadata), ...rolloutSpecIssues(spec, metadata.name)],
  checkUpdate: ({ spec }, old) => selectorUpdateIssues(spec.selector, old.spec.selector),
  warningsOf: ({ spec }) => rolloutWarnings(spec),
  columns: [
    countColumn('Desired', 'Pods wanted.', ({ spec }) => spec.replicas ?? 1),
    countColumn('Current', 'Pods that there are.', ({ status }) => status?.replicas),
    countColumn('Up-to-date', 'Pods of the current template.', ({ status }) => status?.updatedReplicas),
    countColumn('Available', 'Pods ready for minReadySeconds.', ({ status }) => status?.availableReplicas),
    {
      name: 'Phase',
      type: 'string',
      description: 'How it stands.',
      value: ({ status }) => status?.phase ?? '',
    },
    {
      name: 'Step',
      type: 'string',
      description: 'Steps that are done, of all.',
      value: ({ spec, status }) => stepText(spec, status),
    },
    {
      name: 'Weight',
      type: 'string',
      description: "The new version's percent of the traffic.",
      value: ({ status }) => weightText(status),
    },
    ageColumn(),
    ...workloadColumns<Rollout>(
      ({ spec }) => spec.template,
      ({ spec }) => spec.selector,
    ),
  ],
  selectableFields: {},
});

function stepText({ strategy }: RolloutSpec, status: RolloutStatus | undefined): string {
  const count = strategy.canary?.steps?.length ?? 0;
  return count === 0 ? '' : `${Math.min(count, status?.currentStepIndex ?? 0)}/${count}`;
}

function weightText(status: RolloutStatus | undefined): string {
  const weights = status?.canary?.weights;
  if (weights === undefined) return '';
  return `${weights.canary.weight}%${weights.verified === false ? '*' : ''}`;
}

export type { RolloutStatus } from './rollout/status.ts';
