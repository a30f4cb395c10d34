// Where a pod may or should run: node affinity, pod affinity and anti-affinity, tolerations, topology spread.
import type { Static } from 'typebox';
import {
  ATOMIC,
  described,
  integer,
  listOf,
  long,
  notYet,
  oneOf,
  onlyWith,
  optional,
  struct,
  text,
} from '../../schema.ts';
import { LabelSelector } from '../label-selector.ts';

const CORE = 'io.k8s.api.core.v1';
const WEIGHT = { minimum: 1, maximum: 100 };

export const NodeSelectorRequirement = struct(`${CORE}.NodeSelectorRequirement`, 'One condition on a node.', {
  key: text('Key of the label or name of the field.'),
  operator: oneOf('How the values are compared; Gt and Lt compare whole numbers.', [
    'In',
    'NotIn',
    'Exists',
    'DoesNotExist',
    'Gt',
    'Lt',
  ]),
  values: optional(
    listOf('Values for In and NotIn, one number for Gt and Lt, none for the others.', text('A value.')),
  ),
});
export type NodeSelectorRequirement = Static<typeof NodeSelectorRequirement>;

export const NodeSelectorTerm = struct(
  `${CORE}.NodeSelectorTerm`,
  'Conditions that must hold together.',
  {
    matchExpressions: optional(listOf("Conditions on the node's labels.", NodeSelectorRequirement)),
    matchFields: optional(listOf("Conditions on the node's fields: metadata.name.", NodeSelectorRequirement)),
  },
  ATOMIC,
);
export type NodeSelectorTerm = Static<typeof NodeSelectorTerm>;

export const NodeSelector = struct(
  `${CORE}.NodeSelector`,
  'Selects nodes: one of the terms must hold.',
  {
    nodeSelectorTerms: listOf('The terms.', NodeSelectorTerm),
  },
  ATOMIC,
);
export type NodeSelector = Static<typeof NodeSelector>;

export const PreferredSchedulingTerm = struct(`${CORE}.PreferredSchedulingTerm`, 'A wish with a weight.', {
  weight: integer('How much the wish counts, 1 to 100.', WEIGHT),
  preference: described('The nodes that are preferred.', NodeSelectorTerm),
});

export const NodeAffinity = struct(`${CORE}.NodeAffinity`, 'On which nodes a pod must or should run.', {
  requiredDuringSchedulingIgnoredDuringExecution: optional(
    described('Nodes on which the pod may be put; not looked at again afterwards.', NodeSelector),
  ),
  preferredDuringSchedulingIgnoredDuringExecution: optional(
    listOf('Nodes that are preferred, each with a weight.', PreferredSchedulingTerm),
  ),
});
export type NodeAffinity = Static<typeof NodeAffinity>;

export const PodAffinityTerm = struct(
  `${CORE}.PodAffinityTerm`,
  'Other pods, and the label of nodes that says what counts as the same place.',
  {
    topologyKey: text(
      'Label of nodes: nodes with the same value are one place, e.g. kubernetes.io/hostname.',
    ),
    labelSelector: optional(described('The pods that are meant; none when absent.', LabelSelector)),
    namespaces: optional(
      listOf("Namespaces of those pods; the pod's own when absent.", text('A namespace.')),
    ),
  },
  notYet({
    namespaceSelector: 'List the namespaces by name.',
    matchLabelKeys: 'Write the labels into labelSelector.',
    mismatchLabelKeys: 'Write the labels into labelSelector.',
  }),
);
export type PodAffinityTerm = Static<typeof PodAffinityTerm>;

export const WeightedPodAffinityTerm = struct(`${CORE}.WeightedPodAffinityTerm`, 'A wish with a weight.', {
  weight: integer('How much the wish counts, 1 to 100.', WEIGHT),
  podAffinityTerm: described('The pods and the place.', PodAffinityTerm),
});

const podTerms = {
  requiredDuringSchedulingIgnoredDuringExecution: optional(
    listOf('What must hold when the pod is placed; not looked at again afterwards.', PodAffinityTerm),
  ),
  preferredDuringSchedulingIgnoredDuringExecution: optional(
    listOf('What is preferred, each with a weight.', WeightedPodAffinityTerm),
  ),
};

export const PodAffinity = struct(
  `${CORE}.PodAffinity`,
  'Pods in whose place a pod must or should run.',
  podTerms,
);
export const PodAntiAffinity = struct(
  `${CORE}.PodAntiAffinity`,
  'Pods in whose place a pod must not or should not run.',
  podTerms,
);

export type PodAffinity = Static<typeof PodAffinity>;
export type PodAntiAffinity = Static<typeof PodAntiAffinity>;

export const Affinity = struct(`${CORE}.Affinity`, 'Where a pod must or should run.', {
  nodeAffinity: optional(described('Conditions on the node.', NodeAffinity)),
  podAffinity: optional(described('Pods to be near to.', PodAffinity)),
  podAntiAffinity: optional(described('Pods to keep away from.', PodAntiAffinity)),
});
export type Affinity = Static<typeof Affinity>;

export const Toleration = struct(`${CORE}.Toleration`, 'Lets a pod run on nodes with a taint.', {
  key: optional(text('Key of the taint; empty with operator Exists means every taint.')),
  operator: optional(oneOf('Equal compares the value; Exists takes any.', ['Equal', 'Exists'])),
  value: optional(text('Value of the taint, for Equal.')),
  effect: optional(
    oneOf('Effect of the taint; all of them when absent.', ['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  ),
  tolerationSeconds: optional(
    long('For NoExecute: seconds that the pod stays after the taint came; for ever when absent.'),
  ),
});
export type Toleration = Static<typeof Toleration>;

export const TopologySpreadConstraint = struct(
  `${CORE}.TopologySpreadConstraint`,
  'Spreads like pods evenly over places.',
  {
    maxSkew: integer('By how many pods two places may differ.', { minimum: 1 }),
    topologyKey: text('Label of nodes: nodes with the same value are one place.'),
    whenUnsatisfiable: oneOf('DoNotSchedule keeps the pod waiting; ScheduleAnyway only prefers.', [
      'DoNotSchedule',
      'ScheduleAnyway',
    ]),
    labelSelector: optional(described('The pods that are counted; none when absent.', LabelSelector)),
    nodeAffinityPolicy: optional(
      onlyWith(['Honor'], text('Honor: only nodes that the node affinity allows are counted.')),
    ),
    nodeTaintsPolicy: optional(
      onlyWith(['Ignore'], text('Ignore: nodes are counted whatever their taints.')),
    ),
  },
  notYet({
    minDomains: 'Places that have a node are counted.',
    matchLabelKeys: 'Write the labels into labelSelector.',
  }),
);
export type TopologySpreadConstraint = Static<typeof TopologySpreadConstraint>;
