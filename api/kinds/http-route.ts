// HTTPRoute: which requests of a Gateway, or of a Service, go where, and what is done to them on the way.
import type { Static } from 'typebox';
import { defineKind } from '../definition.ts';
import { described, optional, struct } from '../schema.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';
import { httpRouteIssues } from './gateway/check-route.ts';
import { HTTPRouteSpec, HTTPRouteStatus } from './gateway/http-route-spec.ts';
import { GATEWAY_GROUP, GATEWAY_TYPES } from './gateway/references.ts';
import { objectFields } from './object-fields.ts';

const DESCRIPTION =
  'Which requests of a Gateway, or of a Service, go to which Services, in which shares, and what is done to them.';

export const HTTPRoute = struct(`${GATEWAY_TYPES}.HTTPRoute`, DESCRIPTION, {
  ...objectFields,
  spec: described('Which requests go where.', HTTPRouteSpec),
  status: optional(described('What is observed of it.', HTTPRouteStatus)),
});
export type HTTPRoute = Static<typeof HTTPRoute>;

export const httpRouteKind = defineKind<HTTPRoute>({
  group: GATEWAY_GROUP,
  version: 'v1',
  kind: 'HTTPRoute',
  resource: 'httproutes',
  singular: 'httproute',
  shortNames: [],
  categories: ['gateway-api'],
  namespaced: true,
  aliases: [{ group: GATEWAY_GROUP, version: 'v1beta1' }],
  schema: HTTPRoute,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: true,
  check: ({ metadata, spec }) => [...metadataIssues(metadata), ...httpRouteIssues(spec)],
  columns: [
    {
      name: 'Hostnames',
      type: 'string',
      description: 'Hosts whose requests it takes.',
      value: ({ spec }) => (spec.hostnames === undefined ? '' : JSON.stringify(spec.hostnames)),
    },
    ageColumn(),
  ],
  selectableFields: {},
});

export type {
  BackendRef,
  HTTPBackendRef,
  HTTPPathMatch,
  HTTPRouteMatch,
  HTTPRouteRule,
  HTTPRouteSpec,
  HTTPRouteStatus,
} from './gateway/http-route-spec.ts';
