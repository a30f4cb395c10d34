// Namespace: a room of its own for names, and what is deleted together.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { described, listOf, oneOf, optional, struct, text } from '../schema.ts';
import { conditionOf, objectFields } from './object-fields.ts';
import { dnsLabelProblem } from '../names.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';

const CORE = 'io.k8s.api.core.v1';
const NAME_LABEL = 'kubernetes.io/metadata.name';
const DESCRIPTION = 'A scope for names. Deleting a namespace deletes all that is in it.';

export const NamespaceSpec = struct(`${CORE}.NamespaceSpec`, 'What a namespace is to be.', {
  finalizers: optional(listOf('Duties to be done before the namespace may go.', text('A name.'))),
});

export const NamespaceStatus = struct(`${CORE}.NamespaceStatus`, 'What is observed of a namespace.', {
  phase: optional(oneOf('Active, or Terminating while its contents go.', ['Active', 'Terminating'])),
  conditions: optional(
    listOf(
      'What its deletion waits for.',
      conditionOf(`${CORE}.NamespaceCondition`, 'NamespaceContentRemaining, NamespaceFinalizersRemaining, …'),
      { patchMergeKey: 'type', listMapKeys: ['type'] },
    ),
  ),
});
export type NamespaceStatus = Static<typeof NamespaceStatus>;

export const Namespace = struct(`${CORE}.Namespace`, DESCRIPTION, {
  ...objectFields,
  spec: optional(described('What the namespace is to be.', NamespaceSpec)),
  status: optional(described('What is observed of it.', NamespaceStatus)),
});
export type Namespace = Static<typeof Namespace>;

export const namespaceKind = defineKind<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  resource: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  categories: [],
  namespaced: false,
  schema: Namespace,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: false,
  applyDefaults: (namespace) => {
    // By this label selectors name namespaces.
    const { name = '', labels } = namespace.metadata;
    if (name !== '') namespace.metadata.labels = { ...labels, [NAME_LABEL]: name };
    // Only a namespace on its way out may lose it, which is when its contents are gone.
    if (namespace.metadata.deletionTimestamp !== undefined) return;
    if ((namespace.spec?.finalizers?.length ?? 0) === 0) namespace.spec = { finalizers: ['kubernetes'] };
  },
  specFinalizers: ({ spec }) => spec?.finalizers ?? [],
  check: (namespace) => metadataIssues(namespace.metadata, dnsLabelProblem),
  initialStatus: (namespace) => {
    namespace.status = { phase: 'Active' };
  },
  columns: [
    {
      name: 'Status',
      type: 'string',
      description: 'Active, or Terminating while its contents go.',
      value: ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined ? (status?.phase ?? 'Active') : 'Terminating',
    },
    ageColumn(),
  ],
  selectableFields: { 'status.phase': ({ status }) => status?.phase ?? 'Active' },
});
