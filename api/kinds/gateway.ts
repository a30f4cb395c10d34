// Gateway: ports of all nodes on which requests from outside come in.
import type { Static } from 'typebox';
import { defineKind, type Column } from '../definition.ts';
import type { Issue } from '../issue.ts';
import { duplicate, forbiddenField, required, tooLong } from '../issues.ts';
import { dnsSubdomainProblem } from '../names.ts';
import { described, listOf, notYet, optional, struct, text } from '../schema.ts';
import { metadataIssues, textIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';
import { hostnameProblem } from './gateway/hostname.ts';
import { GatewayStatusAddress, Listener, LISTENERS_MAX, ListenerStatus } from './gateway/listener.ts';
import { GATEWAY_GROUP, GATEWAY_TYPES } from './gateway/references.ts';
import { MetaCondition, objectFields } from './object-fields.ts';

const DESCRIPTION =
  'Ports on which requests from outside come in, on every node. Routes that belong to it say where they go.';

const GatewaySpec = struct(
  `${GATEWAY_TYPES}.GatewaySpec`,
  'Where it listens.',
  {
    gatewayClassName: text('Who makes it work; `gantry` for the proxies of the nodes.'),
    listeners: listOf('Where it listens.', Listener, { listMapKeys: ['name'] }),
  },
  notYet({
    addresses: 'It has the addresses of all nodes.',
    infrastructure: 'The proxies of the nodes serve all Gateways.',
    backendTLS: 'Pods are spoken to without TLS.',
    allowedListeners: 'Write all listeners into the Gateway.',
    tls: 'Clients are not asked for certificates.',
    defaultScope: 'Routes name their Gateway.',
  }),
);

const GatewayStatus = struct(
  `${GATEWAY_TYPES}.GatewayStatus`,
  'What is observed of it.',
  {
    addresses: optional(listOf('Addresses of the nodes.', GatewayStatusAddress)),
    conditions: optional(listOf('Accepted, Programmed.', MetaCondition, { listMapKeys: ['type'] })),
    listeners: optional(
      listOf('What is observed of each listener.', ListenerStatus, { listMapKeys: ['name'] }),
    ),
  },
  notYet({ attachedListenerSets: 'There are none.' }),
);
export type GatewayStatus = Static<typeof GatewayStatus>;

export const Gateway = struct(`${GATEWAY_TYPES}.Gateway`, DESCRIPTION, {
  ...objectFields,
  spec: described('Where it listens.', GatewaySpec),
  status: optional(described('What is observed of it.', GatewayStatus)),
});
export type Gateway = Static<typeof Gateway>;

export const gatewayKind = defineKind<Gateway>({
  group: GATEWAY_GROUP,
  version: 'v1',
  kind: 'Gateway',
  resource: 'gateways',
  singular: 'gateway',
  shortNames: ['gtw'],
  categories: ['gateway-api'],
  namespaced: true,
  aliases: [{ group: GATEWAY_GROUP, version: 'v1beta1' }],
  schema: Gateway,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: true,
  check: ({ metadata, spec }) => [...metadataIssues(metadata), ...listenersIssues(spec.listeners)],
  columns: [
    column('Class', 'Who makes it work.', ({ spec }) => spec.gatewayClassName),
    column('Address', 'Where it is reached.', ({ status }) =>
      (status?.addresses ?? []).map(({ value }) => value).join(','),
    ),
    column(
      'Programmed',
      'Whether the nodes are told.',
      ({ status }) => status?.conditions?.find(({ type }) => type === 'Programmed')?.status ?? 'Unknown',
    ),
    ageColumn(),
  ],
  selectableFields: {},
});

function listenersIssues(listeners: readonly Listener[] = []): Issue[] {
  if (listeners.length === 0) return [required('spec.listeners', 'a Gateway listens somewhere')];
  if (listeners.length > LISTENERS_MAX)
    return [tooLong('spec.listeners', `must have at most ${LISTENERS_MAX} listeners`)];
  const names = listeners.map(({ name }) => name);
  const places = listeners.map(({ port, protocol, hostname = '' }) => `${port}/${protocol}/${hostname}`);
  return listeners.flatMap(({ name, hostname, protocol, tls }, at) => {
    const path = `spec.listeners[${at}]`;
    return [
      ...textIssues(`${path}.name`, name, dnsSubdomainProblem),
      ...(names.indexOf(name) < at ? [duplicate(`${path}.name`, name)] : []),
      ...(places.indexOf(places[at] ?? '') < at ? [duplicate(path, places[at])] : []),
      ...(hostname === undefined ? [] : textIssues(`${path}.hostname`, hostname, hostnameProblem)),
      ...(tls !== undefined && protocol === 'HTTP'
        ? [forbiddenField(`${path}.tls`, 'has no meaning with protocol HTTP; use HTTPS')]
        : []),
    ];
  });
}

function column(name: string, description: string, value: (gateway: Gateway) => string): Column<Gateway> {
  return { name, type: 'string', description, value };
}
