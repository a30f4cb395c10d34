// How Gateways, routes and Ingresses name what they belong to and lead to, and what routes are told about their parents.
import type { Static } from 'typebox';
import { described, integer, listOf, optional, struct, text } from '../../schema.ts';
import { MetaCondition } from '../object-fields.ts';

/** The API group of Gateways and routes. */
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';
/** Prefix of the OpenAPI names of its structs. */
export const GATEWAY_TYPES = 'io.k8s.networking.gateway.v1';

const PORT_MAX = 65_535;
/** Gateway API's own bound of a weight. */
export const WEIGHT_MAX = 1_000_000;

export const ParentReference = struct(
  `${GATEWAY_TYPES}.ParentReference`,
  'What a route belongs to: a Gateway, one of its listeners, or a Service whose traffic it treats.',
  {
    group: optional(text('Its group; empty for a Service.', { default: GATEWAY_GROUP })),
    kind: optional(text('Gateway or Service.', { default: 'Gateway' })),
    namespace: optional(text('Its namespace; that of the route when absent.')),
    name: text('Its name.'),
    sectionName: optional(text('The listener of the Gateway; all that match when absent.')),
    port: optional(
      integer('The port of the listeners, or of the Service.', { minimum: 1, maximum: PORT_MAX }),
    ),
  },
);
export type ParentReference = Static<typeof ParentReference>;

/** The fields of a reference to a backend; filters stand beside them where there are any. */
export const backendFields = {
  group: optional(text('Its group; that of Services when absent.', { default: '' })),
  kind: optional(text('Service.', { default: 'Service' })),
  namespace: optional(
    text('Its namespace; another one than the route is in has to allow it: ReferenceGrant.'),
  ),
  name: text('Its name.'),
  port: optional(integer('The port of the Service.', { minimum: 1, maximum: PORT_MAX })),
};

export const BackendObjectReference = struct(
  `${GATEWAY_TYPES}.BackendObjectReference`,
  'A Service.',
  backendFields,
);
export type BackendObjectReference = Static<typeof BackendObjectReference>;

export const SecretObjectReference = struct(
  `${GATEWAY_TYPES}.SecretObjectReference`,
  'A Secret of type kubernetes.io/tls.',
  {
    group: optional(text('Its group.', { default: '' })),
    kind: optional(text('Secret.', { default: 'Secret' })),
    namespace: optional(
      text('Its namespace; another one than the Gateway is in has to allow it: ReferenceGrant.'),
    ),
    name: text('Its name.'),
  },
);
export type SecretObjectReference = Static<typeof SecretObjectReference>;

export const RouteParentStatus = struct(
  `${GATEWAY_TYPES}.RouteParentStatus`,
  'What one parent has made of a route.',
  {
    parentRef: described('The parent, as the route names it.', ParentReference),
    controllerName: text('Who says so.'),
    conditions: optional(listOf('Accepted, ResolvedRefs.', MetaCondition, { listMapKeys: ['type'] })),
  },
);
export type RouteParentStatus = Static<typeof RouteParentStatus>;
