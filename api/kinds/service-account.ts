// ServiceAccount: an identity for pods.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { flag, listOf, onlyWith, optional, struct } from '../schema.ts';
import { objectFields } from './object-fields.ts';
import { LocalObjectReference, ObjectReference } from './reference.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn, countColumn } from './columns.ts';

const DESCRIPTION = 'An identity for pods, and the image pull secrets that go with it.';

export const ServiceAccount = struct('io.k8s.api.core.v1.ServiceAccount', DESCRIPTION, {
  ...objectFields,
  secrets: optional(
    listOf('Secrets that belong to the account.', ObjectReference, {
      patchMergeKey: 'name',
      listMapKeys: ['name'],
    }),
  ),
  imagePullSecrets: optional(listOf('Image pull secrets for all its pods.', LocalObjectReference)),
  automountServiceAccountToken: optional(onlyWith([false], flag('false: no token is put into containers.'))),
});
export type ServiceAccount = Static<typeof ServiceAccount>;

export const serviceAccountKind = defineKind<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  resource: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  categories: [],
  namespaced: true,
  schema: ServiceAccount,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: false,
  check: (account) => metadataIssues(account.metadata),
  columns: [
    countColumn('Secrets', 'How many secrets belong to it.', ({ secrets }) => secrets?.length),
    ageColumn(),
  ],
  selectableFields: {},
});
