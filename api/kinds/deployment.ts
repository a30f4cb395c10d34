// Deployment: like pods in a number, and how a new version replaces the old one.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import {
  described,
  flag,
  integer,
  intOrString,
  listOf,
  long,
  oneOf,
  optional,
  struct,
  text,
  time,
} from '../schema.ts';
import { LabelSelector } from './label-selector.ts';
import { objectFields } from './object-fields.ts';
import { PodTemplateSpec } from './pod/pod-spec.ts';
import { metadataIssues } from './check-metadata.ts';
import { selectorUpdateIssues, workloadSelectorIssues } from './check-selector.ts';
import { ageColumn, countColumn, workloadColumns } from './columns.ts';
import { longRunning, podTemplateIssues } from './pod/check-pod-spec.ts';
import { applyPodSpecDefaults } from './pod/pod-defaults.ts';
import { isNought, paceIssues } from './rollout-pace.ts';
import type { Issue } from '../issue.ts';
import { forbiddenField, invalidValue } from '../issues.ts';

const APPS = 'io.k8s.api.apps.v1';
const DESCRIPTION =
  'Keeps a number of like pods running and replaces them step by step when the template changes.';

export const RollingUpdateDeployment = struct(
  `${APPS}.RollingUpdateDeployment`,
  'The pace of a rolling update.',
  {
    maxUnavailable: optional(
      intOrString(
        'How many pods may be missing meanwhile: a number or a share, rounded down; 25% when absent.',
      ),
    ),
    maxSurge: optional(
      intOrString('How many pods there may be on top: a number or a share, rounded up; 25% when absent.'),
    ),
  },
);

export const DeploymentStrategy = struct(`${APPS}.DeploymentStrategy`, 'How new pods replace old ones.', {
  type: optional(
    oneOf(
      'RollingUpdate replaces step by step; Recreate stops all old pods first.',
      ['Recreate', 'RollingUpdate'],
      {
        default: 'RollingUpdate',
      },
    ),
  ),
  rollingUpdate: optional(described('The pace, for RollingUpdate.', RollingUpdateDeployment)),
});
export type DeploymentStrategy = Static<typeof DeploymentStrategy>;

export const DeploymentSpec = struct(`${APPS}.DeploymentSpec`, 'What a Deployment is to be.', {
  replicas: optional(integer('How many pods.', { minimum: 0, default: 1 })),
  selector: described(
    "Selects its pods; must match the template's labels. Cannot be changed.",
    LabelSelector,
  ),
  template: described('From which its pods are made.', PodTemplateSpec),
  strategy: optional(
    described('How new pods replace old ones.', DeploymentStrategy, {
      default: {},
      'x-kubernetes-patch-strategy': 'retainKeys',
    }),
  ),
  minReadySeconds: optional(
    integer('Seconds that a new pod must be ready before it counts as available; 0 when absent.', {
      minimum: 0,
    }),
  ),
  revisionHistoryLimit: optional(
    integer('How many old ReplicaSets are kept for undo.', { minimum: 0, default: 10 }),
  ),
  paused: optional(flag('Whether changes of the template wait.')),
  progressDeadlineSeconds: optional(
    integer('Seconds without progress after which the update is reported as stuck.', {
      minimum: 1,
      default: 600,
    }),
  ),
});
export type DeploymentSpec = Static<typeof DeploymentSpec>;

export const DeploymentCondition = struct(
  `${APPS}.DeploymentCondition`,
  'One observed fact about a Deployment.',
  {
    type: text('Which fact: Available, Progressing, ReplicaFailure.'),
    status: oneOf('Whether it holds.', ['True', 'False', 'Unknown']),
    reason: optional(text('One word for programs: why.')),
    message: optional(text('A sentence for people: why.')),
    lastUpdateTime: optional(time('When it was last written.')),
    lastTransitionTime: optional(time('When `status` last changed.')),
  },
);
export type DeploymentCondition = Static<typeof DeploymentCondition>;

export const DeploymentStatus = struct(`${APPS}.DeploymentStatus`, 'What is observed of a Deployment.', {
  observedGeneration: optional(long('Generation that this describes.')),
  replicas: optional(integer('Pods that there are.')),
  updatedReplicas: optional(integer('Of them, those of the current template.')),
  readyReplicas: optional(integer('Of them, those that are ready.')),
  availableReplicas: optional(integer('Of them, those ready for minReadySeconds.')),
  unavailableReplicas: optional(integer('Pods that are still to become available.')),
  terminatingReplicas: optional(integer('Pods that are being stopped.')),
  collisionCount: optional(integer('How often the hash of the template met that of another one.')),
  conditions: optional(
    listOf('Observed facts.', DeploymentCondition, { patchMergeKey: 'type', listMapKeys: ['type'] }),
  ),
});
export type DeploymentStatus = Static<typeof DeploymentStatus>;

export const Deployment = struct(`${APPS}.Deployment`, DESCRIPTION, {
  ...objectFields,
  spec: described('What the Deployment is to be.', DeploymentSpec),
  status: optional(described('What is observed of it.', DeploymentStatus)),
});
export type Deployment = Static<typeof Deployment>;

export const deploymentKind = defineKind<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  schema: Deployment,
  description: DESCRIPTION,
  subresources: {
    status: true,
    scale: { specReplicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'spec.selector' },
  },
  hasGeneration: true,
  applyDefaults,
  check: (deployment) => [
    ...metadataIssues(deployment.metadata),
    ...workloadSelectorIssues(deployment.spec, 'Deployment'),
    ...podTemplateIssues(deployment.spec.template, 'spec.template', longRunning('Deployment')),
    ...strategyIssues(deployment.spec),
  ],
  checkUpdate: (deployment, old) => selectorUpdateIssues(deployment.spec.selector, old.spec.selector),
  columns: [
    {
      name: 'Ready',
      type: 'string',
      description: 'Ready pods, of those wanted.',
      value: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`,
    },
    countColumn('Up-to-date', 'Pods of the current template.', ({ status }) => status?.updatedReplicas),
    countColumn('Available', 'Pods ready for minReadySeconds.', ({ status }) => status?.availableReplicas),
    ageColumn(),
    ...workloadColumns<Deployment>(
      ({ spec }) => spec.template,
      ({ spec }) => spec.selector,
    ),
  ],
  selectableFields: {},
});

function applyDefaults({ spec }: Deployment): void {
  applyPodSpecDefaults(spec.template.spec);
  const { strategy } = spec;
  if (strategy?.type !== 'RollingUpdate') return;
  strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...strategy.rollingUpdate };
}

function strategyIssues({
  strategy,
  minReadySeconds = 0,
  progressDeadlineSeconds = 600,
}: DeploymentSpec): Issue[] {
  const path = 'spec.strategy.rollingUpdate';
  const { maxUnavailable, maxSurge } = strategy?.rollingUpdate ?? {};
  const issues = [
    ...paceIssues(maxUnavailable, `${path}.maxUnavailable`, 100),
    ...paceIssues(maxSurge, `${path}.maxSurge`, Infinity),
  ];
  if (strategy?.type === 'Recreate' && strategy.rollingUpdate !== undefined) {
    issues.push(forbiddenField(path, 'may not be specified when strategy `type` is Recreate'));
  }
  if (isNought(maxUnavailable) && isNought(maxSurge)) {
    const why = 'may not be 0 when `maxSurge` is 0: no pod could ever be replaced';
    issues.push(invalidValue(`${path}.maxUnavailable`, maxUnavailable, why));
  }
  if (progressDeadlineSeconds <= minReadySeconds) {
    const why = 'must be greater than minReadySeconds';
    issues.push(invalidValue('spec.progressDeadlineSeconds', progressDeadlineSeconds, why));
  }
  return issues;
}
