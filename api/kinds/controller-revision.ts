// ControllerRevision: a kept version of a DaemonSet's template or of a FeatureFlag, for history and undo.
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { defineKind } from '../definition.ts';
import { long, optional, struct } from '../schema.ts';
import { objectFields } from './object-fields.ts';
import isEqual from 'fast-deep-equal';
import { immutable, invalidValue } from '../issues.ts';
import type { OwnerReference } from '../meta.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn, countColumn, NONE } from './columns.ts';

const DESCRIPTION =
  'A kept version of the template of a DaemonSet, or of a FeatureFlag, for history and undo.';

export const ControllerRevision = struct('io.k8s.api.apps.v1.ControllerRevision', DESCRIPTION, {
  ...objectFields,
  revision: long('Number of the version; a higher one is newer.'),
  data: optional(
    Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      description: 'The version, as a patch of its owner.',
      'x-kubernetes-preserve-unknown-fields': true,
    }),
  ),
});
export type ControllerRevision = Static<typeof ControllerRevision>;

export const controllerRevisionKind = defineKind<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  resource: 'controllerrevisions',
  singular: 'controllerrevision',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: ControllerRevision,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: false,
  check: (revision) => {
    const issues = metadataIssues(revision.metadata);
    if (revision.revision < 0)
      issues.push(invalidValue('revision', revision.revision, 'must be greater than or equal to 0'));
    return issues;
  },
  checkUpdate: (revision, old) => (isEqual(revision.data, old.data) ? [] : [immutable('data', '')]),
  columns: [
    {
      name: 'Controller',
      type: 'string',
      description: 'Whose version it is.',
      value: ({ metadata }) =>
        ownerText(metadata.ownerReferences?.find((owner) => owner.controller === true)),
    },
    countColumn('Revision', 'Number of the version.', ({ revision }) => revision),
    ageColumn(),
  ],
  selectableFields: {},
});

/** `daemonset.apps/name`. */
function ownerText(owner: OwnerReference | undefined): string {
  if (owner === undefined) return NONE;
  const [group = '', version] = owner.apiVersion.split('/');
  const kind = owner.kind.toLowerCase();
  return version === undefined ? `${kind}/${owner.name}` : `${kind}.${group}/${owner.name}`;
}
