// The shape of a Gateway: where it listens, with which certificates, and which routes may belong to it.
import type { Static } from 'typebox';
import { described, integer, listOf, notYet, oneOf, onlyWith, optional, struct, text } from '../../schema.ts';
import { MetaCondition } from '../object-fields.ts';
import { GATEWAY_GROUP, GATEWAY_TYPES, SecretObjectReference } from './references.ts';

/** Gateway API's own bound. */
export const LISTENERS_MAX = 64;

const TLS_NOT_YET = 'Clients are not asked for certificates.';

const ListenerTls = struct(
  `${GATEWAY_TYPES}.ListenerTLSConfig`,
  'Certificates of a listener.',
  {
    mode: optional(
      onlyWith(
        ['Terminate'],
        oneOf('Terminate: the proxy decrypts.', ['Terminate', 'Passthrough'], { default: 'Terminate' }),
      ),
    ),
    certificateRefs: optional(listOf('Secrets with certificate and key.', SecretObjectReference)),
  },
  notYet({ frontendValidation: TLS_NOT_YET, options: 'There are none.' }),
);

const RouteGroupKind = struct(`${GATEWAY_TYPES}.RouteGroupKind`, 'A kind of route.', {
  group: optional(text('Its group.', { default: GATEWAY_GROUP })),
  kind: text('HTTPRoute or TCPRoute.'),
});
export type RouteGroupKind = Static<typeof RouteGroupKind>;

const RouteNamespaces = struct(
  `${GATEWAY_TYPES}.RouteNamespaces`,
  'Namespaces whose routes may belong to it.',
  {
    from: optional(
      onlyWith(
        ['All', 'Same', 'None'],
        oneOf('Same: that of the Gateway. All: any. None: no route.', ['All', 'Selector', 'Same', 'None'], {
          default: 'Same',
        }),
      ),
    ),
  },
  notYet({ selector: 'Allow all namespaces, or that of the Gateway.' }),
);

const AllowedRoutes = struct(`${GATEWAY_TYPES}.AllowedRoutes`, 'Routes that may belong to a listener.', {
  namespaces: optional(
    described('Namespaces that they may be in.', RouteNamespaces, { default: { from: 'Same' } }),
  ),
  kinds: optional(listOf('Kinds of routes; those that fit the protocol when absent.', RouteGroupKind)),
});

export const Listener = struct(
  `${GATEWAY_TYPES}.Listener`,
  'A port that a Gateway listens on, on every node.',
  {
    name: text('Its name within the Gateway.'),
    hostname: optional(text('Requests for this host only: `web.example.com` or `*.example.com`.')),
    port: integer('The port.', { minimum: 1, maximum: 65_535 }),
    protocol: text('HTTP, HTTPS or TCP.'),
    tls: optional(described('Certificates, with HTTPS.', ListenerTls)),
    allowedRoutes: optional(
      described('Routes that may belong to it.', AllowedRoutes, {
        default: { namespaces: { from: 'Same' } },
      }),
    ),
  },
);
export type Listener = Static<typeof Listener>;

export const ListenerStatus = struct(`${GATEWAY_TYPES}.ListenerStatus`, 'What is observed of a listener.', {
  name: text('Its name.'),
  supportedKinds: optional(listOf('Kinds of routes that it takes.', RouteGroupKind)),
  attachedRoutes: integer('Routes that belong to it.'),
  conditions: listOf('Accepted, Programmed, ResolvedRefs, Conflicted.', MetaCondition, {
    listMapKeys: ['type'],
  }),
});
export type ListenerStatus = Static<typeof ListenerStatus>;

export const GatewayStatusAddress = struct(
  `${GATEWAY_TYPES}.GatewayStatusAddress`,
  'An address that a Gateway has.',
  {
    type: optional(text('IPAddress.', { default: 'IPAddress' })),
    value: text('The address.'),
  },
);
