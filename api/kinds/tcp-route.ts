// TCPRoute: where the connections of a TCP listener go.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { tooLong } from '../issues.ts';
import { described, listOf, notYet, optional, struct, text } from '../schema.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';
import { backendIssues, parentIssues } from './gateway/check-route.ts';
import { BackendRef } from './gateway/http-route-spec.ts';
import { GATEWAY_GROUP, ParentReference, RouteParentStatus } from './gateway/references.ts';
import { objectFields } from './object-fields.ts';

const TYPES = 'io.k8s.networking.gateway.v1alpha2';
const DESCRIPTION = 'Where the connections of a listener with protocol TCP go, and in which shares.';

const TCPRouteRule = struct(`${TYPES}.TCPRouteRule`, 'Where connections go.', {
  name: optional(text('A name for people.')),
  backendRefs: optional(listOf('Services and their shares.', BackendRef)),
});

const TCPRouteSpec = struct(
  `${TYPES}.TCPRouteSpec`,
  'Where connections go.',
  {
    parentRefs: optional(listOf('Gateways that it belongs to.', ParentReference)),
    rules: listOf('One.', TCPRouteRule),
  },
  notYet({ useDefaultGateways: 'Name the Gateway in `parentRefs`.' }),
);

const TCPRouteStatus = struct(`${TYPES}.TCPRouteStatus`, 'What is observed of it.', {
  parents: listOf('What each parent has made of it.', RouteParentStatus),
});

export const TCPRoute = struct(`${TYPES}.TCPRoute`, DESCRIPTION, {
  ...objectFields,
  spec: described('Where connections go.', TCPRouteSpec),
  status: optional(described('What is observed of it.', TCPRouteStatus)),
});
export type TCPRoute = Static<typeof TCPRoute>;

export const tcpRouteKind = defineKind<TCPRoute>({
  group: GATEWAY_GROUP,
  version: 'v1alpha2',
  kind: 'TCPRoute',
  resource: 'tcproutes',
  singular: 'tcproute',
  shortNames: [],
  categories: ['gateway-api'],
  namespaced: true,
  schema: TCPRoute,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: true,
  check: ({ metadata, spec: { parentRefs = [], rules = [] } }) => [
    ...metadataIssues(metadata),
    ...parentIssues(parentRefs),
    ...(rules.length > 1
      ? [tooLong('spec.rules', 'must have one rule: connections cannot be told apart')]
      : []),
    ...rules.flatMap(({ backendRefs = [] }, at) =>
      backendIssues(backendRefs, `spec.rules[${at}].backendRefs`),
    ),
  ],
  columns: [ageColumn()],
  selectableFields: {},
});
