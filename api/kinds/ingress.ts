// Ingress: requests from outside by host and path, as the older and simpler form of a Gateway with routes.
import type { Static } from 'typebox';
import { defineKind, type Column } from '../definition.ts';
import type { Issue } from '../issue.ts';
import { required, tooLong } from '../issues.ts';
import { pathProblem } from '../gateway/match-rules.ts';
import { described, integer, listOf, notYet, oneOf, optional, struct, text } from '../schema.ts';
import { metadataIssues, textIssues } from './check-metadata.ts';
import { ageColumn, NONE } from './columns.ts';
import { hostnameProblem } from './gateway/hostname.ts';
import { objectFields } from './object-fields.ts';

const TYPES = 'io.k8s.api.networking.v1';
const DESCRIPTION =
  'Requests from outside by host and path, on the ports 80 and 443 of every node. Gateway and HTTPRoute can do more.';

const RULES_MAX = 200;
const PATHS_MAX = 200;

const ServiceBackendPort = struct(`${TYPES}.ServiceBackendPort`, 'A port of a Service: name or number.', {
  name: optional(text('Its name.')),
  number: optional(integer('Its number.', { minimum: 0, maximum: 65_535 })),
});

const IngressServiceBackend = struct(`${TYPES}.IngressServiceBackend`, 'A Service.', {
  name: text('Its name.'),
  port: optional(described('Its port.', ServiceBackendPort)),
});

const IngressBackend = struct(
  `${TYPES}.IngressBackend`,
  'Where requests go.',
  { service: optional(described('A Service of the same namespace.', IngressServiceBackend)) },
  notYet({ resource: 'Name a Service.' }),
);
export type IngressBackend = Static<typeof IngressBackend>;

const HTTPIngressPath = struct(`${TYPES}.HTTPIngressPath`, 'Paths and where they go.', {
  path: optional(text('The path; all when absent.')),
  pathType: oneOf('Exact; Prefix, by whole parts between slashes; ImplementationSpecific, which is Prefix.', [
    'Exact',
    'Prefix',
    'ImplementationSpecific',
  ]),
  backend: described('Where they go.', IngressBackend),
});
export type HTTPIngressPath = Static<typeof HTTPIngressPath>;

const HTTPIngressRuleValue = struct(`${TYPES}.HTTPIngressRuleValue`, 'Paths of a host.', {
  paths: listOf('The paths.', HTTPIngressPath),
});

const IngressRule = struct(`${TYPES}.IngressRule`, 'Requests of one host.', {
  host: optional(text('The host; all others when absent.')),
  http: optional(described('Its paths.', HTTPIngressRuleValue)),
});

const IngressTLS = struct(`${TYPES}.IngressTLS`, 'A certificate for hosts.', {
  hosts: optional(listOf('The hosts; all when absent.', text('A host.'))),
  secretName: optional(text('A Secret of type kubernetes.io/tls in the same namespace.')),
});

const IngressSpec = struct(`${TYPES}.IngressSpec`, 'Which requests go where.', {
  ingressClassName: optional(text('Who makes it work: `gantry` for the proxies of the nodes.')),
  defaultBackend: optional(described('Where requests go that no rule takes.', IngressBackend)),
  tls: optional(listOf('Certificates; with one, its hosts are served on port 443 too.', IngressTLS)),
  rules: optional(listOf('Hosts and paths.', IngressRule)),
});

const IngressLoadBalancerIngress = struct(
  `${TYPES}.IngressLoadBalancerIngress`,
  'An address that it is reached at.',
  { ip: optional(text('The address.')), hostname: optional(text('The name.')) },
  notYet({ ports: 'The ports are 80 and 443.' }),
);

const IngressLoadBalancerStatus = struct(`${TYPES}.IngressLoadBalancerStatus`, 'Where it is reached.', {
  ingress: optional(listOf('Addresses.', IngressLoadBalancerIngress)),
});

const IngressStatus = struct(`${TYPES}.IngressStatus`, 'What is observed of it.', {
  loadBalancer: optional(described('Where it is reached.', IngressLoadBalancerStatus)),
});

export const Ingress = struct(`${TYPES}.Ingress`, DESCRIPTION, {
  ...objectFields,
  spec: optional(described('Which requests go where.', IngressSpec)),
  status: optional(described('What is observed of it.', IngressStatus)),
});
export type Ingress = Static<typeof Ingress>;

export const ingressKind = defineKind<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  resource: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  categories: [],
  namespaced: true,
  schema: Ingress,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: true,
  check: ({ metadata, spec }) => [...metadataIssues(metadata), ...specIssues(spec)],
  initialStatus: (ingress) => {
    ingress.status = { loadBalancer: {} };
  },
  columns: [
    column('Class', 'Who makes it work.', ({ spec }) => spec?.ingressClassName ?? NONE),
    column('Hosts', 'Hosts of its rules.', ({ spec }) => {
      const hosts = (spec?.rules ?? []).flatMap(({ host = '' }) => (host === '' ? [] : host));
      return hosts.length === 0 ? '*' : hosts.join(',');
    }),
    column('Address', 'Where it is reached.', ({ status }) =>
      (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []).join(','),
    ),
    column('Ports', 'Ports of the nodes.', ({ spec }) => ((spec?.tls ?? []).length > 0 ? '80, 443' : '80')),
    ageColumn(),
  ],
  selectableFields: {},
});

function specIssues(spec: Ingress['spec']): Issue[] {
  const { defaultBackend, rules = [], tls = [] } = spec ?? {};
  if (defaultBackend === undefined && rules.length === 0)
    return [required('spec', 'either `defaultBackend` or `rules` must be specified')];
  if (rules.length > RULES_MAX) return [tooLong('spec.rules', `must have at most ${RULES_MAX} rules`)];
  return [
    ...(defaultBackend === undefined ? [] : backendIssues(defaultBackend, 'spec.defaultBackend')),
    ...rules.flatMap(({ host = '', http }, at) => [
      ...(host === '' ? [] : textIssues(`spec.rules[${at}].host`, host, hostnameProblem)),
      ...pathsIssues(http?.paths ?? [], `spec.rules[${at}].http.paths`),
    ]),
    ...tls.flatMap(({ hosts = [] }, at) =>
      hosts.flatMap((host, index) => textIssues(`spec.tls[${at}].hosts[${index}]`, host, hostnameProblem)),
    ),
  ];
}

function pathsIssues(paths: readonly HTTPIngressPath[], at: string): Issue[] {
  if (paths.length > PATHS_MAX) return [tooLong(at, `must have at most ${PATHS_MAX} paths`)];
  return paths.flatMap(({ path = '', pathType, backend }, index) => [
    ...(path === '' && pathType === 'ImplementationSpecific'
      ? []
      : textIssues(`${at}[${index}].path`, path, pathProblem)),
    ...backendIssues(backend, `${at}[${index}].backend`),
  ]);
}

function backendIssues({ service }: IngressBackend, path: string): Issue[] {
  if (service === undefined) return [required(`${path}.service`, 'a Service has to be named')];
  const { name = '', number = 0 } = service.port ?? {};
  return (name === '') === (number === 0)
    ? [required(`${path}.service.port`, 'either its name or its number')]
    : [];
}

function column(name: string, description: string, value: (ingress: Ingress) => string): Column<Ingress> {
  return { name, type: 'string', description, value };
}
