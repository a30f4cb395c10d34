// EndpointSlice: where the pods of a Service are to be reached, and which of them may be sent something.
import type { Static } from 'typebox';
import { defineKind, type Column } from '../definition.ts';
import type { Issue } from '../issue.ts';
import { duplicate, immutable, required, tooLong } from '../issues.ts';
import { dnsLabelProblem, ipAddressProblem, portNameProblem, qualifiedNameProblem } from '../names.ts';
import {
  described,
  flag,
  integer,
  listOf,
  notYet,
  onlyWith,
  oneOf,
  optional,
  struct,
  text,
} from '../schema.ts';
import { metadataIssues, textIssues } from './check-metadata.ts';
import { ageColumn } from './columns.ts';
import { objectFields } from './object-fields.ts';
import { ObjectReference } from './reference.ts';

const DISCOVERY = 'io.k8s.api.discovery.v1';
const DESCRIPTION =
  'Where the pods of a Service are to be reached. Kept by the control plane for Services that have a selector.';

export { SERVICE_NAME_LABEL } from '../proxy-marks.ts';
/** The label that says who keeps a slice. */
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
/** Kubernetes' own limit; its controller makes further slices from 100 on. */
export const ENDPOINTS_MAX = 1_000;
const PORTS_MAX = 100;
/** How many addresses and ports a table shows. */
const SHOWN_MAX = 3;

export const EndpointConditions = struct(
  `${DISCOVERY}.EndpointConditions`,
  'What may be sent to an endpoint.',
  {
    ready: optional(
      flag('It takes new connections: ready and not being stopped, or its Service publishes all.'),
    ),
    serving: optional(flag('It is ready, also while it is being stopped.')),
    terminating: optional(flag('It is being stopped.')),
  },
);

export const Endpoint = struct(
  `${DISCOVERY}.Endpoint`,
  'One pod, or another place to reach.',
  {
    addresses: listOf('Its address; one.', text('The address.'), { listType: 'set' }),
    conditions: optional(described('What may be sent to it.', EndpointConditions)),
    hostname: optional(text('Its name below that of the Service.')),
    targetRef: optional(described('The pod.', ObjectReference)),
    nodeName: optional(text('The node that it is on.')),
    zone: optional(text('The zone of that node.')),
  },
  notYet({
    hints: 'Traffic goes to all pods alike.',
    deprecatedTopology: 'Use `nodeName` and `zone`.',
  }),
);
export type Endpoint = Static<typeof Endpoint>;

export const EndpointPort = struct(
  `${DISCOVERY}.EndpointPort`,
  'A port that all endpoints of the slice have.',
  {
    name: optional(text('The name of the port of the Service.')),
    protocol: optional(oneOf('TCP or UDP.', ['TCP', 'UDP'], { default: 'TCP' })),
    port: optional(integer('The port of the pods.', { minimum: 1, maximum: 65_535 })),
    appProtocol: optional(text('What is spoken.')),
  },
  { 'x-kubernetes-map-type': 'atomic' },
);
export type EndpointPort = Static<typeof EndpointPort>;

export const EndpointSlice = struct(`${DISCOVERY}.EndpointSlice`, DESCRIPTION, {
  ...objectFields,
  addressType: onlyWith(
    ['IPv4'],
    oneOf('The kind of its addresses. Cannot be changed.', ['IPv4', 'IPv6', 'FQDN']),
  ),
  endpoints: listOf('Places to reach.', Endpoint),
  ports: optional(listOf('Ports that all of them have.', EndpointPort)),
});
export type EndpointSlice = Static<typeof EndpointSlice>;

export const endpointSliceKind = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  resource: 'endpointslices',
  singular: 'endpointslice',
  shortNames: [],
  categories: [],
  namespaced: true,
  schema: EndpointSlice,
  description: DESCRIPTION,
  subresources: { status: false },
  hasGeneration: true,
  check: (slice) => [
    ...metadataIssues(slice.metadata),
    ...endpointsIssues(slice.endpoints),
    ...portsIssues(slice.ports ?? []),
  ],
  checkUpdate: ({ addressType }, old) =>
    addressType === old.addressType ? [] : [immutable('addressType', addressType, 'make another slice')],
  columns: [
    column('AddressType', 'The kind of its addresses.', ({ addressType }) => addressType),
    column('Ports', 'Ports of its endpoints.', ({ ports = [] }) =>
      shown(
        ports.map(({ port }) => String(port ?? '*')),
        '<unset>',
      ),
    ),
    column('Endpoints', 'Addresses.', ({ endpoints }) =>
      shown(
        endpoints.flatMap(({ addresses }) => addresses),
        '<unset>',
      ),
    ),
    ageColumn(),
  ],
  selectableFields: {},
});

function endpointsIssues(endpoints: readonly Endpoint[]): Issue[] {
  if (endpoints.length > ENDPOINTS_MAX)
    return [tooLong('endpoints', `must have at most ${ENDPOINTS_MAX} endpoints: make a further slice`)];
  return endpoints.flatMap(({ addresses, hostname }, at) => {
    const path = `endpoints[${at}]`;
    return [
      ...(addresses.length === 0 ? [required(`${path}.addresses`, 'an endpoint has an address')] : []),
      ...addresses.flatMap((address, index) =>
        textIssues(`${path}.addresses[${index}]`, address, ipAddressProblem),
      ),
      ...(hostname === undefined ? [] : textIssues(`${path}.hostname`, hostname, dnsLabelProblem)),
    ];
  });
}

function portsIssues(ports: readonly EndpointPort[]): Issue[] {
  if (ports.length > PORTS_MAX) return [tooLong('ports', `must have at most ${PORTS_MAX} ports`)];
  const names = ports.map(({ name = '' }) => name);
  return ports.flatMap(({ name = '', appProtocol }, at) => [
    ...(name === '' ? [] : textIssues(`ports[${at}].name`, name, portNameOf)),
    ...(names.indexOf(name) < at ? [duplicate(`ports[${at}].name`, name)] : []),
    ...(appProtocol === undefined
      ? []
      : textIssues(`ports[${at}].appProtocol`, appProtocol, qualifiedNameProblem)),
  ]);
}

/** Names of ports of Services are longer than those of containers. */
function portNameOf(name: string): string | undefined {
  return dnsLabelProblem(name) === undefined ? undefined : portNameProblem(name);
}

function column(
  name: string,
  description: string,
  value: (slice: EndpointSlice) => string,
): Column<EndpointSlice> {
  return { name, type: 'string', description, value };
}

/** `a,b,c + 2 more...`, as kubectl shows it. */
function shown(texts: readonly string[], none: string): string {
  if (texts.length === 0) return none;
  const more = texts.length - SHOWN_MAX;
  return more > 0 ? `${texts.slice(0, SHOWN_MAX).join(',')} + ${more} more...` : texts.join(',');
}
