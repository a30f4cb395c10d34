// ReplicaSet: like pods in a number. Deployments make one for each version.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { described, integer, listOf, long, optional, struct } from '../schema.ts';
import { LabelSelector } from './label-selector.ts';
import { conditionOf, objectFields } from './object-fields.ts';
import { PodTemplateSpec } from './pod/pod-spec.ts';
import { metadataIssues } from './check-metadata.ts';
import { selectorUpdateIssues, workloadSelectorIssues } from './check-selector.ts';
import { ageColumn, countColumn, workloadColumns } from './columns.ts';
import { longRunning, podTemplateIssues } from './pod/check-pod-spec.ts';
import { applyPodSpecDefaults } from './pod/pod-defaults.ts';

const APPS = 'io.k8s.api.apps.v1';
const DESCRIPTION =
  'Keeps a number of like pods running. Usually made by a Deployment, one for each version.';

export const ReplicaSetSpec = struct(`${APPS}.ReplicaSetSpec`, 'What a ReplicaSet is to be.', {
  replicas: optional(integer('How many pods.', { minimum: 0, default: 1 })),
  selector: described(
    "Selects its pods; must match the template's labels. Cannot be changed.",
    LabelSelector,
  ),
  template: described('From which its pods are made.', PodTemplateSpec),
  minReadySeconds: optional(
    integer('Seconds that a new pod must be ready before it counts as available; 0 when absent.', {
      minimum: 0,
    }),
  ),
});
export type ReplicaSetSpec = Static<typeof ReplicaSetSpec>;

export const ReplicaSetStatus = struct(`${APPS}.ReplicaSetStatus`, 'What is observed of a ReplicaSet.', {
  replicas: integer('Pods that there are.'),
  observedGeneration: optional(long('Generation that this describes.')),
  fullyLabeledReplicas: optional(integer("Of them, those that have all of the template's labels.")),
  readyReplicas: optional(integer('Of them, those that are ready.')),
  availableReplicas: optional(integer('Of them, those ready for minReadySeconds.')),
  terminatingReplicas: optional(integer('Pods that are being stopped.')),
  conditions: optional(
    listOf('Observed facts.', conditionOf(`${APPS}.ReplicaSetCondition`, 'ReplicaFailure'), {
      patchMergeKey: 'type',
      listMapKeys: ['type'],
    }),
  ),
});
export type ReplicaSetStatus = Static<typeof ReplicaSetStatus>;

export const ReplicaSet = struct(`${APPS}.ReplicaSet`, DESCRIPTION, {
  ...objectFields,
  spec: described('What the ReplicaSet is to be.', ReplicaSetSpec),
  status: optional(described('What is observed of it.', ReplicaSetStatus)),
});
export type ReplicaSet = Static<typeof ReplicaSet>;

export const replicaSetKind = defineKind<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  resource: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  schema: ReplicaSet,
  description: DESCRIPTION,
  subresources: {
    status: true,
    scale: { specReplicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'spec.selector' },
  },
  hasGeneration: true,
  applyDefaults: (replicaSet) => applyPodSpecDefaults(replicaSet.spec.template.spec),
  check: (replicaSet) => [
    ...metadataIssues(replicaSet.metadata),
    ...workloadSelectorIssues(replicaSet.spec, 'ReplicaSet'),
    ...podTemplateIssues(replicaSet.spec.template, 'spec.template', longRunning('ReplicaSet')),
  ],
  checkUpdate: (replicaSet, old) => selectorUpdateIssues(replicaSet.spec.selector, old.spec.selector),
  initialStatus: (replicaSet) => {
    replicaSet.status = { replicas: 0 };
  },
  columns: [
    countColumn('Desired', 'Pods wanted.', ({ spec }) => spec.replicas ?? 1),
    countColumn('Current', 'Pods that there are.', ({ status }) => status?.replicas),
    countColumn('Ready', 'Pods that are ready.', ({ status }) => status?.readyReplicas),
    ageColumn(),
    ...workloadColumns<ReplicaSet>(
      ({ spec }) => spec.template,
      ({ spec }) => spec.selector,
    ),
  ],
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
});
