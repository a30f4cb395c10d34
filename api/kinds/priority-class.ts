// PriorityClass: how important pods are, under a name. Higher ones are scheduled first and may take the place of others.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import type { Issue } from '../issue.ts';
import { forbiddenField, immutable } from '../issues.ts';
import { flag, integer, oneOf, optional, struct, text } from '../schema.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';
import { objectFields } from './object-fields.ts';

const DESCRIPTION =
  'How important pods are, under a name. Pods of a higher class are scheduled first and may take the place of others.';

/** Larger values are for the classes of the system. */
export const USER_PRIORITY_MAX = 1_000_000_000;

/** Kubernetes' own classes; they are there from the start, and nobody may take them away. */
export const SYSTEM_PRIORITY_CLASSES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

export const PriorityClass = struct('io.k8s.api.scheduling.v1.PriorityClass', DESCRIPTION, {
  ...objectFields,
  value: integer('The priority of the pods; it may not change.'),
  globalDefault: optional(flag('Whether pods that name no class get this one. One class at most.')),
  description: optional(text('When to use it.')),
  preemptionPolicy: optional(
    oneOf(
      'Whether pods of lower priority may have to leave for pods of this class; it may not change.',
      ['PreemptLowerPriority', 'Never'],
      { default: 'PreemptLowerPriority' },
    ),
  ),
});
export type PriorityClass = Static<typeof PriorityClass>;

export const priorityClassKind = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  resource: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  categories: [],
  namespaced: false,
  schema: PriorityClass,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: true,
  check: ({ metadata, value }) => [...metadataIssues(metadata), ...rangeIssues(metadata.name ?? '', value)],
  checkUpdate: (next, old) => [
    ...(next.value === old.value
      ? []
      : [immutable('value', next.value, 'delete the class, or make another')]),
    ...(next.preemptionPolicy === old.preemptionPolicy
      ? []
      : [immutable('preemptionPolicy', next.preemptionPolicy, 'delete the class, or make another')]),
  ],
  columns: [
    {
      name: 'Value',
      type: 'integer',
      description: 'The priority of its pods.',
      value: ({ value }) => value,
    },
    {
      name: 'Global-Default',
      type: 'boolean',
      description: 'Whether pods that name no class get it.',
      value: ({ globalDefault = false }) => globalDefault,
    },
    ageColumn(),
    {
      name: 'PreemptionPolicy',
      type: 'string',
      description: 'Whether others may have to leave for its pods.',
      value: ({ preemptionPolicy = 'PreemptLowerPriority' }) => preemptionPolicy,
    },
  ],
  selectableFields: {},
});

function rangeIssues(name: string, value: number): Issue[] {
  if (SYSTEM_PRIORITY_CLASSES[name] === value) return [];
  if (name.startsWith('system-')) {
    return [forbiddenField('metadata.name', "names with the prefix 'system-' are for classes of the system")];
  }
  if (value <= USER_PRIORITY_MAX) return [];
  return [
    forbiddenField('value', `maximum allowed value of a user defined priority is ${USER_PRIORITY_MAX}`),
  ];
}
