// ReferenceGrant: lets objects of other namespaces name Services and Secrets of this one.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { listOf, optional, described, struct, text } from '../schema.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';
import { GATEWAY_GROUP } from './gateway/references.ts';
import { objectFields } from './object-fields.ts';

const TYPES = 'io.k8s.networking.gateway.v1beta1';
const DESCRIPTION =
  'Lets routes and Gateways of other namespaces name Services and Secrets of the namespace that it is in.';

const ReferenceGrantFrom = struct(`${TYPES}.ReferenceGrantFrom`, 'Who may name something.', {
  group: text('Their group.'),
  kind: text('Their kind: HTTPRoute, TCPRoute or Gateway.'),
  namespace: text('Their namespace.'),
});

const ReferenceGrantTo = struct(`${TYPES}.ReferenceGrantTo`, 'What may be named.', {
  group: text('Its group; empty for Services and Secrets.'),
  kind: text('Service or Secret.'),
  name: optional(text('Its name; all of the kind when absent.')),
});

const ReferenceGrantSpec = struct(`${TYPES}.ReferenceGrantSpec`, 'Who may name what.', {
  from: listOf('Who.', ReferenceGrantFrom),
  to: listOf('What.', ReferenceGrantTo),
});

export const ReferenceGrant = struct(`${TYPES}.ReferenceGrant`, DESCRIPTION, {
  ...objectFields,
  spec: described('Who may name what.', ReferenceGrantSpec),
});
export type ReferenceGrant = Static<typeof ReferenceGrant>;

export const referenceGrantKind = defineKind<ReferenceGrant>({
  group: GATEWAY_GROUP,
  version: 'v1beta1',
  kind: 'ReferenceGrant',
  resource: 'referencegrants',
  singular: 'referencegrant',
  shortNames: ['refgrant'],
  categories: ['gateway-api'],
  namespaced: true,
  schema: ReferenceGrant,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: true,
  check: ({ metadata }) => metadataIssues(metadata),
  columns: [ageColumn()],
  selectableFields: {},
});
