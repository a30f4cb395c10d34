// ControllerRevision: a kept version of a DaemonSet's template, for history and undo.
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { defineKind } from '../definition.ts';
import { long, optional, struct } from '../schema.ts';
import { objectFields } from './object-fields.ts';

const DESCRIPTION = 'A kept version of the template of a DaemonSet, for history and undo.';

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
  columns: [],
  selectableFields: {},
});
