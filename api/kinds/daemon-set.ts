// DaemonSet: one pod on every node that fits.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { described, integer, intOrString, listOf, long, oneOf, optional, struct } from '../schema.ts';
import { LabelSelector } from './label-selector.ts';
import { conditionOf, objectFields } from './object-fields.ts';
import { PodTemplateSpec } from './pod/pod-spec.ts';
import { metadataIssues } from './check-metadata.ts';
import { selectorUpdateIssues, workloadSelectorIssues } from './check-selector.ts';
import { ageColumn, countColumn, labelsText, workloadColumns } from './columns.ts';
import { longRunning, podTemplateIssues } from './pod/check-pod-spec.ts';
import { applyPodSpecDefaults } from './pod/pod-defaults.ts';
import { isNought, paceIssues } from './rollout-pace.ts';
import type { Issue } from '../issue.ts';
import { forbiddenField, invalidValue } from '../issues.ts';

const APPS = 'io.k8s.api.apps.v1';
const DESCRIPTION = 'Runs one pod on every node that fits, also on nodes that come later.';

export const RollingUpdateDaemonSet = struct(
  `${APPS}.RollingUpdateDaemonSet`,
  'The pace of a rolling update.',
  {
    maxUnavailable: optional(
      intOrString(
        'On how many nodes the pod may be missing meanwhile: a number or a share, rounded up; 1 when absent.',
      ),
    ),
    maxSurge: optional(
      intOrString(
        'On how many nodes the new pod may run beside the old one: a number or a share; 0 when absent.',
      ),
    ),
  },
);

export const DaemonSetUpdateStrategy = struct(
  `${APPS}.DaemonSetUpdateStrategy`,
  'How new pods replace old ones.',
  {
    type: optional(
      oneOf(
        'RollingUpdate replaces node by node; OnDelete when an old pod is deleted by hand.',
        ['RollingUpdate', 'OnDelete'],
        {
          default: 'RollingUpdate',
        },
      ),
    ),
    rollingUpdate: optional(described('The pace, for RollingUpdate.', RollingUpdateDaemonSet)),
  },
);

export const DaemonSetSpec = struct(`${APPS}.DaemonSetSpec`, 'What a DaemonSet is to be.', {
  selector: described(
    "Selects its pods; must match the template's labels. Cannot be changed.",
    LabelSelector,
  ),
  template: described('From which its pods are made; its node selector says where.', PodTemplateSpec),
  updateStrategy: optional(
    described('How new pods replace old ones.', DaemonSetUpdateStrategy, { default: {} }),
  ),
  minReadySeconds: optional(
    integer('Seconds that a new pod must be ready before it counts as available; 0 when absent.', {
      minimum: 0,
    }),
  ),
  revisionHistoryLimit: optional(
    integer('How many old ControllerRevisions are kept for undo.', { minimum: 0, default: 10 }),
  ),
});
export type DaemonSetSpec = Static<typeof DaemonSetSpec>;

export const DaemonSetStatus = struct(`${APPS}.DaemonSetStatus`, 'What is observed of a DaemonSet.', {
  currentNumberScheduled: integer('Nodes that run a pod of it and should.'),
  desiredNumberScheduled: integer('Nodes that should run a pod of it.'),
  numberMisscheduled: integer('Nodes that run a pod of it and should not.'),
  numberReady: integer('Nodes that should run a pod of it and have a ready one.'),
  updatedNumberScheduled: optional(integer('Nodes that run a pod of the current template.')),
  numberAvailable: optional(integer('Nodes whose pod has been ready for minReadySeconds.')),
  numberUnavailable: optional(integer('Nodes that should have an available pod and have none.')),
  observedGeneration: optional(long('Generation that this describes.')),
  collisionCount: optional(integer('How often the hash of the template met that of another one.')),
  conditions: optional(
    listOf('Observed facts.', conditionOf(`${APPS}.DaemonSetCondition`, 'none so far'), {
      patchMergeKey: 'type',
      listMapKeys: ['type'],
    }),
  ),
});
export type DaemonSetStatus = Static<typeof DaemonSetStatus>;

export const DaemonSet = struct(`${APPS}.DaemonSet`, DESCRIPTION, {
  ...objectFields,
  spec: described('What the DaemonSet is to be.', DaemonSetSpec),
  status: optional(described('What is observed of it.', DaemonSetStatus)),
});
export type DaemonSet = Static<typeof DaemonSet>;

export const daemonSetKind = defineKind<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  resource: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  schema: DaemonSet,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: true,
  applyDefaults,
  check: (daemonSet) => [
    ...metadataIssues(daemonSet.metadata),
    ...workloadSelectorIssues(daemonSet.spec, 'DaemonSet'),
    ...podTemplateIssues(daemonSet.spec.template, 'spec.template', longRunning('DaemonSet')),
    ...strategyIssues(daemonSet.spec),
  ],
  checkUpdate: (daemonSet, old) => selectorUpdateIssues(daemonSet.spec.selector, old.spec.selector),
  initialStatus: (daemonSet) => {
    daemonSet.status = {
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
    };
  },
  columns: [
    countColumn('Desired', 'Nodes that should run a pod.', ({ status }) => status?.desiredNumberScheduled),
    countColumn('Current', 'Nodes that run a pod.', ({ status }) => status?.currentNumberScheduled),
    countColumn('Ready', 'Nodes with a ready pod.', ({ status }) => status?.numberReady),
    countColumn(
      'Up-to-date',
      'Nodes with a pod of the current template.',
      ({ status }) => status?.updatedNumberScheduled,
    ),
    countColumn(
      'Available',
      'Nodes with a pod ready for minReadySeconds.',
      ({ status }) => status?.numberAvailable,
    ),
    {
      name: 'Node Selector',
      type: 'string',
      description: 'Labels that a node must have.',
      value: ({ spec }) => labelsText(spec.template.spec.nodeSelector),
    },
    ageColumn(),
    ...workloadColumns<DaemonSet>(
      ({ spec }) => spec.template,
      ({ spec }) => spec.selector,
    ),
  ],
  selectableFields: {},
});

function applyDefaults({ spec }: DaemonSet): void {
  applyPodSpecDefaults(spec.template.spec);
  const strategy = spec.updateStrategy;
  if (strategy?.type !== 'RollingUpdate') return;
  strategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...strategy.rollingUpdate };
}

function strategyIssues({ updateStrategy }: DaemonSetSpec): Issue[] {
  const path = 'spec.updateStrategy.rollingUpdate';
  const { maxUnavailable = 1, maxSurge = 0 } = updateStrategy?.rollingUpdate ?? {};
  const issues = [
    ...paceIssues(maxUnavailable, `${path}.maxUnavailable`, 100),
    ...paceIssues(maxSurge, `${path}.maxSurge`, 100),
  ];
  if (updateStrategy?.type === 'OnDelete' && updateStrategy.rollingUpdate !== undefined) {
    issues.push(forbiddenField(path, 'may not be specified when strategy `type` is OnDelete'));
  }
  if (isNought(maxUnavailable) && isNought(maxSurge)) {
    issues.push(invalidValue(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  if (!isNought(maxUnavailable) && !isNought(maxSurge)) {
    issues.push(
      invalidValue(
        `${path}.maxSurge`,
        maxSurge,
        'may not be set when `maxUnavailable` is not 0: set that to 0',
      ),
    );
  }
  return issues;
}
