// Service: one address and one name for the pods that a selector finds, whatever pods there are at the moment.
import type { Static } from 'typebox';
import { defineKind, type Column } from '../definition.ts';
import { described, optional, struct } from '../schema.ts';
import { metadataIssues } from './check-metadata.ts';
import { ageColumn, labelsText, NONE } from './columns.ts';
import { letterLabelProblem } from '../names.ts';
import { objectFields } from './object-fields.ts';
import { serviceSpecIssues, serviceUpdateIssues } from './service/check-service.ts';
import {
  AFFINITY_SECONDS,
  AFFINITY_SECONDS_MAX,
  HEADLESS,
  ServiceSpec,
  ServiceStatus,
  type ServicePort,
} from './service/service-spec.ts';

const DESCRIPTION =
  'One address and one name for a set of pods. What is sent there is spread over those of them that are ready.';

export const Service = struct('io.k8s.api.core.v1.Service', DESCRIPTION, {
  ...objectFields,
  spec: described('What the Service is to be.', ServiceSpec),
  status: optional(described('What is observed of it.', ServiceStatus)),
});
export type Service = Static<typeof Service>;

export const serviceKind = defineKind<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  resource: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  schema: Service,
  description: DESCRIPTION,
  subresources: { status: true },
  hasGeneration: false,
  applyDefaults,
  check: ({ metadata, spec }) => [
    ...metadataIssues(metadata, letterLabelProblem),
    ...serviceSpecIssues(spec),
  ],
  checkUpdate: ({ spec }, old) => serviceUpdateIssues(spec, old.spec),
  initialStatus: (service) => {
    service.status = { loadBalancer: {} };
  },
  columns: [
    column('Type', 'Where it can be reached from.', ({ spec }) => spec.type ?? 'ClusterIP'),
    column('Cluster-IP', 'Its address.', ({ spec }) => textOr(spec.clusterIP)),
    column('External-IP', 'Its name or address outside the cluster.', outsideOf),
    column('Port(s)', 'Its ports.', ({ spec }) => portsText(spec.ports ?? [])),
    ageColumn(),
    {
      ...column('Selector', 'Labels of its pods.', ({ spec }) => labelsText(spec.selector)),
      priority: 1,
    },
  ],
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type ?? '',
  },
});

/** The Service by which pods find the API servers. */
export const API_SERVICE = { namespace: 'default', name: 'kubernetes' } as const;
/** On it: the range that addresses of Services come from, `10.96.0.0/16`. So nodes need no setting of their own. */
export const SERVICE_CIDR_ANNOTATION = 'gantry.dev/service-cidr';

/** What depends on other fields; addresses and node ports are given out by the server. */
function applyDefaults({ spec }: Service): void {
  for (const port of spec.ports ?? []) port.targetPort ??= port.port;
  fillAffinity(spec);
  if (spec.clusterIP === undefined && spec.clusterIPs?.[0] !== undefined) spec.clusterIP = spec.clusterIPs[0];
  if (spec.type === 'ExternalName') return;
  if (spec.clusterIP !== undefined && spec.clusterIP !== '') spec.clusterIPs ??= [spec.clusterIP];
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
  spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec.externalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
}

function fillAffinity(spec: ServiceSpec): void {
  if (spec.sessionAffinity !== 'ClientIP') delete spec.sessionAffinityConfig;
  else if (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } };
}

function column(name: string, description: string, value: (service: Service) => string): Column<Service> {
  return { name, type: 'string', description, value };
}

function textOr(text: string | undefined): string {
  return text === undefined || text === '' ? NONE : text;
}

function outsideOf({ spec, status }: Service): string {
  if (spec.type === 'ExternalName') return textOr(spec.externalName);
  if (spec.type !== 'LoadBalancer') return NONE;
  const given = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  return given.length === 0 ? '<pending>' : given.join(',');
}

/** `80:30080/TCP,443/TCP`. */
function portsText(ports: readonly ServicePort[]): string {
  const text = ports.map(({ port, nodePort = 0, protocol = 'TCP' }) =>
    nodePort === 0 ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`,
  );
  return text.length === 0 ? NONE : text.join(',');
}

export { AFFINITY_SECONDS, AFFINITY_SECONDS_MAX, HEADLESS };
export type { ServicePort, ServiceSpec, ServiceStatus } from './service/service-spec.ts';
